/* SPDX-License-Identifier: MIT */
#include "mappings.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "module.h"

enum { PAGE = 4096, MAX_SEGMENTS = 64 };

/* What of an ELF file decides its load bias. */
struct image {
	uint64_t inode;
	unsigned device;
	bool is_elf;
	uint64_t first_offset; /* of the lowest PT_LOAD, page aligned */
	uint64_t low, high;    /* the span of all PT_LOADs, page aligned */
};

static struct image *images;
static size_t image_count;

static void image_load(struct image *image, const char *path)
{
	Elf64_Ehdr header;
	Elf64_Phdr segments[MAX_SEGMENTS];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && read(fd, &header, sizeof header) == sizeof header &&
		  memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS64 &&
		  header.e_phentsize == sizeof *segments && header.e_phnum <= MAX_SEGMENTS;
	ssize_t size = ok ? (ssize_t)(header.e_phnum * sizeof *segments) : 0;

	ok = ok && pread(fd, segments, (size_t)size, (off_t)header.e_phoff) == size;
	if (fd >= 0)
		close(fd);
	image->low = UINT64_MAX;
	for (int i = 0; ok && i < header.e_phnum; i++) {
		const Elf64_Phdr *s = &segments[i];

		if (s->p_type != PT_LOAD)
			continue;
		if ((s->p_vaddr & -PAGE) < image->low) {
			image->low = s->p_vaddr & -PAGE;
			image->first_offset = s->p_offset & -PAGE;
		}
		if (s->p_vaddr + s->p_memsz > image->high)
			image->high = s->p_vaddr + s->p_memsz;
	}
	image->is_elf = ok && image->low != UINT64_MAX;
}

static const struct image *image_of(const struct mapping *m, const char *path)
{
	for (size_t i = 0; i < image_count; i++)
		if (images[i].inode == m->inode && images[i].device == m->device)
			return &images[i];
	images = realloc(images, sizeof *images * (image_count + 1));
	if (!images)
		abort();
	images[image_count] = (struct image){ .inode = m->inode, .device = m->device };
	image_load(&images[image_count], path);
	return &images[image_count++];
}

/*
 * The base of the mapping all[index]. For an ELF file it is the load bias: the lowest mapping of the first segment whose
 * span covers this mapping (a file loaded twice has two, and they cannot overlap), less the lowest address in the file.
 * For another file it makes file offsets, for anonymous memory offsets from the start of the run of anonymous mappings
 * (mprotect of a part of it does not move the rest).
 */
static uint64_t base_of(const struct mappings *m, size_t index, const char *path)
{
	const struct mapping *at = &m->all[index];
	const struct mapping *before = index ? at - 1 : NULL;

	if (at->anonymous)
		return before && before->anonymous && before->end == at->start ? before->base : at->start;
	if (!at->inode)
		return at->start;

	const struct image *image = image_of(at, path);

	for (size_t i = 0; image->is_elf && i <= index; i++) {
		const struct mapping *first = &m->all[i];

		if (first->inode == at->inode && first->device == at->device &&
		    first->file_offset == image->first_offset && at->start < first->start + (image->high - image->low))
			return first->start - image->low;
	}
	return at->start - at->file_offset;
}

static int name_of(const struct mapping *m, char *path)
{
	char *deleted = strstr(path, " (deleted)");
	char *slash;

	if (m->anonymous)
		return module_intern("anon");
	if (deleted)
		*deleted = 0;
	slash = strrchr(path, '/');
	return module_intern(slash ? slash + 1 : path);
}

void mappings_read(struct mappings *m, pid_t tgid)
{
	char line[4096 + 128];
	FILE *file;

	snprintf(line, sizeof line, "/proc/%d/maps", tgid);
	file = fopen(line, "re");
	m->count = 0;
	while (file && fgets(line, sizeof line, file)) {
		struct mapping at = { 0 };
		unsigned major, minor;
		char permissions[5];
		int path = 0;

		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &at.start, &at.end, permissions,
			   &at.file_offset, &major, &minor, &at.inode, &path) != 7)
			continue;
		at.device = makedev(major, minor);
		at.anonymous = !line[path] || strncmp(line + path, "[anon", 5) == 0;
		at.fixed_code = at.inode && permissions[1] == '-' && permissions[3] == 'p';
		m->all = realloc(m->all, sizeof at * (m->count + 1));
		if (!m->all)
			abort();
		m->all[m->count] = at;
		m->all[m->count].base = base_of(m, m->count, line + path);
		m->all[m->count].module = name_of(&at, line + path);
		m->count++;
	}
	if (file)
		fclose(file);
}

const struct mapping *mappings_find(const struct mappings *m, uint64_t address)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (address >= m->all[middle].end)
			low = middle + 1;
		else if (address < m->all[middle].start)
			high = middle;
		else
			return &m->all[middle];
	}
	return NULL;
}
