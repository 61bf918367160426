/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that goes beyond Valgrind's public tool API.
 *
 * Shared mappings: the public API can reserve address space (VG_(am_shadow_alloc)) but not map a file, and
 * the core's own function for that maps wherever it likes, so it can neither lay the same ring behind itself
 * nor put a page over one of our variables. A plain mmap(MAP_FIXED) over pages the tool already owns needs no
 * core symbol at all: for the address space manager they stay the anonymous pages it gave us. (Its self-check
 * against /proc/self/maps sees through that; it runs only with --sanity-level=3 and above.)
 */
#include "bts_system.h"

#include "pub_tool_aspacemgr.h"
#include "pub_tool_libcfile.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_libcproc.h"
#include "pub_tool_transtab.h"
#include "pub_tool_vki.h"
#include "pub_tool_vkiscnums.h"

/* Core symbols. The first two are as old as the core; the third came with --scheduling-quantum. */
extern Int VG_(safe_fd)(Int oldfd);
extern Bool VG_(ok_to_discard_translations);
extern Word VG_(clo_scheduling_quantum) __attribute__((weak));

/* The vki headers lack most of these for Linux. */
enum { LINUX_EPERM = 1, LINUX_EINTR = 4, LINUX_EACCES = 13, LINUX_EFBIG = 27, LINUX_ENOSPC = 28, LINUX_ENOSYS = 38, LINUX_EOPNOTSUPP = 95, LINUX_EDQUOT = 122 };
enum { LINUX_RLIMIT_FSIZE = 1 };

static Long system_call(Long number, Long a, Long b, Long c, Long d, Long e, Long f)
{
   Long result;
   register Long r10 __asm__("r10") = d;
   register Long r8 __asm__("r8") = e;
   register Long r9 __asm__("r9") = f;
   __asm__ volatile("syscall"
                    : "=a"(result)
                    : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                    : "rcx", "r11", "memory");
   return result;
}

static void *of_pointer(void *address)
{
   return address;
}

static void *of_result(SysRes result)
{
   return sr_isError(result) ? NULL : (void *)sr_Res(result);
}

/* Valgrind changed what this gives between 3.19 (a pointer) and 3.24 (a SysRes): the compiler knows which it is. */
void *bts_reserve_addresses(SizeT length)
{
   return _Generic(VG_(am_shadow_alloc)(length), void *: of_pointer, SysRes: of_result)(
      VG_(am_shadow_alloc)(length));
}

Bool bts_map_over(void *address, SizeT length, Int fd, ULong offset)
{
   Long flags = VKI_MAP_FIXED | (fd < 0 ? VKI_MAP_PRIVATE | VKI_MAP_ANONYMOUS : VKI_MAP_SHARED);
   Long result = system_call(__NR_mmap, (Long)address, length, VKI_PROT_READ | VKI_PROT_WRITE, flags, fd,
                             offset);
   return result == (Long)address;
}

UInt bts_error;

const HChar *bts_error_text(void)
{
   static HChar number[32];

   switch (bts_error) {
   case LINUX_EACCES:
   case LINUX_EPERM:
      return "permission denied";
   case LINUX_EFBIG:
      return "the program's limit for the size of files (RLIMIT_FSIZE)";
   case LINUX_ENOSPC:
   case LINUX_EDQUOT:
      return "no space left";
   default:
      VG_(sprintf)(number, "error %u", bts_error);
      return number;
   }
}

static UInt failed(UInt error)
{
   bts_error = error;
   return error;
}

/* To write beyond RLIMIT_FSIZE would be a SIGXFSZ for the program. */
static Bool may_grow_to(ULong length)
{
   struct vki_rlimit limit;

   return VG_(getrlimit)(LINUX_RLIMIT_FSIZE, &limit) != 0 || length <= limit.rlim_cur;
}

UInt bts_append(Int fd, ULong at, const void *from, SizeT length)
{
   SizeT done = 0;

   if (!may_grow_to(at + length))
      return failed(LINUX_EFBIG);
   while (done < length) {
      Long result = system_call(__NR_write, fd, (Long)from + done, length - done, 0, 0, 0);
      if (result > 0)
         done += result;
      else if (result != -LINUX_EINTR)
         return failed(result ? -result : LINUX_ENOSPC);
   }
   return 0;
}

/*
 * A hole in a mapped file on a full disk is a SIGBUS at the first store into it, so every byte is allocated
 * before it is mapped. File systems without fallocate get zeros written.
 */
UInt bts_reserve(Int fd, ULong done, ULong length)
{
   static const UChar zeros[65536];
   Long result;

   if (!may_grow_to(length))
      return failed(LINUX_EFBIG);
   do
      result = system_call(__NR_fallocate, fd, 0, done, length - done, 0, 0);
   while (result == -LINUX_EINTR);
   if (result != -LINUX_EOPNOTSUPP && result != -LINUX_ENOSYS)
      return result < 0 ? failed(-result) : 0;
   for (; done < length; done += result) {
      ULong left = length - done;
      result = system_call(__NR_pwrite64, fd, (Long)zeros, left < sizeof(zeros) ? left : sizeof(zeros), done,
                           0, 0);
      if (result == -LINUX_EINTR)
         result = 0;
      else if (result <= 0)
         return failed(result ? -result : LINUX_ENOSPC);
   }
   return 0;
}

Bool bts_truncate(const HChar *path, ULong length)
{
   return system_call(__NR_truncate, (Long)path, length, 0, 0, 0, 0) == 0;
}

Int bts_hide_fd(Int fd)
{
   return VG_(safe_fd)(fd);
}

/*
 * The core lets a tool discard only in answer to a client request, lest it discard what it is running. A
 * translation in the making is in no table yet, and for one that waits to be chained to it the core looks again.
 */
void bts_discard_translations(Addr start, SizeT length)
{
   Bool was = VG_(ok_to_discard_translations);

   VG_(ok_to_discard_translations) = True;
   VG_(discard_translations_safely)(start, length, "bts");
   VG_(ok_to_discard_translations) = was;
}

UInt bts_scheduling_quantum(void)
{
   static const UInt fixed_before_the_option_existed = 100000;
   return &VG_(clo_scheduling_quantum) ? VG_(clo_scheduling_quantum) : fixed_before_the_option_existed;
}
