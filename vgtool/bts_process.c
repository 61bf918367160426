/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process page.
 *
 * It is a variable of the tool with a page of a file mapped over it: generated code stores the running thread's
 * position at a fixed address, and a reader finds it in the file whatever becomes of the process. The variable
 * lies in the tool's own data, so a fork keeps the address and only the page behind it is changed.
 *
 * Names are tried upwards from PID.0 with O_EXCL: a pid comes again after exec, and may after a wrap.
 */
#include "bts_process.h"

#include "bts_system.h"
#include "bts_threads.h"

#include "pub_tool_basics.h"
#include "pub_tool_clientstate.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcfile.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_libcproc.h"
#include "pub_tool_mallocfree.h"
#include "pub_tool_vki.h"

union bts_process_page bts_process_page __attribute__((aligned(BTS_PAGE)));
_Static_assert(sizeof(struct bts_process) <= BTS_PAGE, "the process page is one page");
_Static_assert(sizeof(struct bts_thread) <= BTS_PAGE, "a thread's header is one page");

const HChar *bts_directory;

static UInt pid, image;

enum { LINUX_EEXIST = 17 }; /* the vki headers lack it for Linux */

void bts_process_refuse(const HChar *why)
{
   VG_(umsg)("bts: cannot record into '%s': %s\n", bts_directory ? bts_directory : "", why);
   VG_(exit)(1);
}

void bts_process_check_directory(void)
{
   struct vg_stat stat;

   if (bts_directory == NULL || bts_directory[0] == 0)
      bts_process_refuse("give a directory, with --bts-dir=DIR");
   if (bts_directory[0] != '/')
      bts_process_refuse("give its absolute path: a program may change its working directory and exec from there");
   if (sr_isError(VG_(stat)(bts_directory, &stat)) || !VKI_S_ISDIR(stat.mode))
      bts_process_refuse("it is not a directory");
   if (stat.uid != (UInt)VG_(geteuid)() || (stat.mode & 077))
      bts_process_refuse("it must be yours and closed to others (mode 0700), for a recording shows what a "
                         "program did");
}

const HChar *bts_process_file(const HChar *suffix)
{
   static HChar *name;

   if (name)
      VG_(free)(name);
   name = VG_(malloc)("bts.process.name", VG_(strlen)(bts_directory) + VG_(strlen)(suffix) + 32);
   VG_(sprintf)(name, "%s/%u.%u%s", bts_directory, pid, image, suffix);
   return name;
}

Int bts_process_create(const HChar *suffix)
{
   SysRes made = VG_(open)(bts_process_file(suffix), VKI_O_RDWR | VKI_O_CREAT | VKI_O_EXCL, 0600);

   if (!sr_isError(made))
      return bts_hide_fd(sr_Res(made));
   bts_error = sr_Err(made);
   return -1;
}

/* Claims the first free image number by making the process file; -1 when no file can be made here. */
static Int claim(void)
{
   pid = VG_(getpid)();
   for (image = 0;; image++) {
      SysRes made = VG_(open)(bts_process_file(".process"), VKI_O_RDWR | VKI_O_CREAT | VKI_O_EXCL, 0600);
      if (!sr_isError(made))
         return bts_hide_fd(sr_Res(made));
      if (sr_Err(made) != LINUX_EEXIST) {
         bts_error = sr_Err(made);
         return -1;
      }
   }
}

static ULong monotonic_ns(void)
{
   struct vki_timespec now;

   VG_(clock_gettime)(&now, VKI_CLOCK_MONOTONIC);
   return now.tv_sec * 1000000000ull + now.tv_nsec;
}

Bool bts_process_open(const struct bts_process *parent)
{
   const HChar *program = VG_(args_the_exename) ? VG_(args_the_exename) : "";
   Int fd = claim();
   Bool mapped;

   if (fd < 0)
      return False;
   mapped = bts_reserve(fd, 0, BTS_PAGE) == 0 && bts_map_over(&bts_process_page, BTS_PAGE, fd, 0);
   VG_(close)(fd);
   if (!mapped)
      return False;
   bts_self.version = BTS_RING_VERSION;
   bts_self.record_kind = BTS_RECORDS_EXIT_IDS;
   bts_self.pid = pid;
   bts_self.parent = VG_(getppid)();
   bts_self.image = image;
   bts_self.started = monotonic_ns();
   bts_self.records = bts_records;
   if (parent) {
      bts_self.state = parent->state;
      bts_self.epoch = parent->epoch;
      bts_self.fork_parent = parent->pid;
      bts_self.fork_parent_image = parent->image;
      bts_self.fork_code_bytes = parent->code_bytes;
   }
   VG_(strncpy)(bts_self.program, program, sizeof(bts_self.program) - 1);
   __asm__ volatile("" ::: "memory");
   bts_self.magic = BTS_PROCESS_MAGIC; /* last: now it can be read */
   return True;
}

void bts_process_detach(const struct bts_process *content)
{
   Bool mapped = bts_map_over(&bts_process_page, BTS_PAGE, -1, 0);

   tl_assert(mapped);
   bts_self = *content;
   bts_self.running = 0;
}

void bts_process_stop_recording(enum bts_state why)
{
   if (bts_self.state == why)
      return;
   bts_self.state = why;
   if (why == BTS_STATE_NO_SPACE)
      VG_(umsg)("bts: recording stopped: its files cannot be made or grow: %s\n", bts_error_text());
   else
      VG_(umsg)("bts: recording stopped: too much distinct code\n");
}
