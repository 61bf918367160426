/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals, sigreturn, exec and fork.
 *
 * A syscall is an instruction inside a block and leaves nothing; these four change more than registers. exec
 * has to be written before it happens, since nothing of us is left after; when it fails the event is taken
 * back. A forked child shares all mappings with its parent until the child's atfork handler has replaced
 * them; it runs no generated code before.
 */
#include "bts_events.h"

#include "bts_code.h"
#include "bts_exits.h"
#include "bts_process.h"
#include "bts_threads.h"

#include "pub_tool_libcprint.h"
#include "pub_tool_libcproc.h"
#include "pub_tool_machine.h"
#include "pub_tool_tooliface.h"
#include "pub_tool_vki.h"
#include "pub_tool_vkiscnums.h"

#define SYSCALL_INSTRUCTION_BYTES 2

static Bool parent_of_fork;  /* set by the atfork handler, consumed when the syscall returns */
static Addr sigreturn_from;
/* The page as the child inherits it: by the time the child runs, its parent may have gone on writing there. */
static struct bts_process before_fork;

static void before_syscall(ThreadId tid, UInt number, UWord *args, UInt count)
{
   Addr at = VG_(get_IP)(tid) - SYSCALL_INSTRUCTION_BYTES;

   bts_thread_syscall(tid, at);
   if (number == __NR_execve || number == __NR_execveat)
      bts_thread_exec(tid, at);
   else if (number == __NR_rt_sigreturn)
      sigreturn_from = at;
}

static void after_syscall(ThreadId tid, UInt number, UWord *args, UInt count, SysRes result)
{
   Addr ip = VG_(get_IP)(tid);

   if (number == __NR_execve || number == __NR_execveat)
      bts_thread_exec_failed(tid); /* it returned */
   else if (number == __NR_rt_sigreturn)
      bts_thread_event(tid, BTS_EVENT_SIGRETURN, sigreturn_from, ip, 0);
   else if (parent_of_fork && !sr_isError(result))
      bts_thread_event(tid, BTS_EVENT_FORK, ip, 0, sr_Res(result));
   parent_of_fork = False;
}

static void on_signal(ThreadId tid, Int number, Bool alternate_stack)
{
   bts_thread_signal(tid, number);
}

static void before_fork_in_parent(ThreadId tid)
{
   before_fork = bts_self;
}

static void after_fork_in_parent(ThreadId tid)
{
   parent_of_fork = True;
}

static void after_fork_in_child(ThreadId tid)
{
   bts_process_detach(&before_fork); /* from here on nothing can reach the parent's page */
   if (!bts_process_open(&before_fork) || !bts_code_open(bts_exits_next_id()))
      bts_process_stop_recording(BTS_STATE_NO_SPACE);
   bts_threads_after_fork(tid);
   parent_of_fork = False;
}

void bts_events_register(void)
{
   VG_(needs_syscall_wrapper)(before_syscall, after_syscall);
   VG_(track_pre_deliver_signal)(on_signal);
   VG_(atfork)(before_fork_in_parent, after_fork_in_parent, after_fork_in_child);
   VG_(track_pre_thread_first_insn)(bts_thread_begin);
   VG_(track_start_client_code)(bts_thread_run);
   VG_(track_stop_client_code)(bts_thread_pause);
   VG_(track_pre_thread_ll_exit)(bts_thread_end);
}
