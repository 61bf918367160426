/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ring per thread: who writes it, when, and what a reader may rely on.
 *
 * The core runs one thread at a time, under its big lock, in turns of generated code. During its turn a
 * thread's position is `bts_self.position`, which generated code loads and stores; between turns it is the
 * `position` of the thread's own header. bts_thread_run and bts_thread_pause move it over:
 *
 *   run    header.position is right; process.position = it; then process.running = serial     (A)
 *   pause  header.position = process.position;              then process.running = 0          (B)
 *
 * so a reader that takes process.position for thread `running`, and header.position for every other, is right
 * at any instant, also when the process was killed between any two of these stores (x86 keeps their order, and
 * a shared mapping outlives the process). Slots are stored before the position that covers them.
 *
 * A fault in generated code runs the core's signal handling in the middle of a turn; events are then appended
 * at process.position, else at header.position: `position_of` tells.
 *
 * Between turns whole rings are taken off the position, in an order a reader can see through (struct
 * bts_thread): laps_next first, then the position, then laps.
 *
 * Events that need the ip at which execution goes on (a signal's handler, the ip after a gap) wait until the
 * thread's next turn: only then is it known. Nothing of the program runs in between.
 */
#include "bts_threads.h"

#include "bts_process.h"
#include "bts_ring_file.h"

#include "pub_tool_hashtable.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_libcproc.h"
#include "pub_tool_machine.h"
#include "pub_tool_mallocfree.h"
#include "pub_tool_threadstate.h"

ULong bts_records = BTS_RECORDS_DEFAULT;
ULong bts_memory = BTS_MEMORY_DEFAULT;

struct thread {
  struct bts_thread *ring; /* NULL: no such thread, or it has no ring */
  UInt gap;                /* enum bts_gap to be written before the next record, or 0 */
  Bool ended;              /* the last thing written says that nothing is recorded any more */
  Addr syscall;            /* the instruction, while it is in one; or 0 */
  ULong exec_end;          /* slots written when it was said that it calls exec, while it does; or 0 */
  Bool given_back;         /* while it calls exec: the unused space of its file is */
  UInt signal;             /* delivered, its handler not yet known; or 0 */
  Addr signal_ip;
};

/* How many threads have had this kernel tid. */
struct tid_uses {
  VgHashNode node;
  UInt count;
};

static struct thread *threads; /* by Valgrind's thread id */
static VgHashTable *tid_uses;

#define ordered() __asm__ volatile("" ::: "memory")

void bts_threads_configure(void)
{
   bts_ring_file_configure();
   threads = VG_(calloc)("bts.threads", VG_N_THREADS, sizeof(*threads));
   tid_uses = VG_(HT_construct)("bts.threads.tids");
   bts_self.position = bts_ring_file_sink();
}

static Bool recording(void)
{
   return bts_self.state == BTS_STATE_ON;
}

static Bool stopped_for_good(void)
{
   return bts_self.state != BTS_STATE_ON && bts_self.state != BTS_STATE_OFF;
}

static volatile uint64_t *position_of(const struct bts_thread *ring)
{
   return bts_self.running == ring->serial ? &bts_self.position
                                              : (volatile uint64_t *)&ring->position;
}

/* How many slots were ever written to the ring. */
static ULong slots_written(const struct bts_thread *ring)
{
   return ring->laps * (ring->ring_bytes / 4) + (*position_of(ring) - ring->base) / 4;
}

static void append(struct bts_thread *ring, enum bts_event kind, ULong a, ULong b, UInt info)
{
   volatile uint64_t *position = position_of(ring);
   UInt slots[BTS_EVENT_SLOTS] = {(UInt)a, (UInt)(a >> 32), (UInt)b, (UInt)(b >> 32), info, kind};

   VG_(memcpy)((void *)*position, slots, sizeof(slots));
   ordered();
   *position += sizeof(slots);
}

static void complete_gap(struct thread *thread, Addr ip)
{
   if (thread->gap == 0)
      return;
   append(thread->ring, BTS_EVENT_GAP, thread->gap, ip, 0);
   thread->gap = 0;
   thread->ended = False;
}

static void complete_signal(struct thread *thread, ThreadId tid)
{
   if (thread->signal == 0)
      return;
   complete_gap(thread, thread->signal_ip); /* the program is recorded from where it was interrupted */
   append(thread->ring, BTS_EVENT_SIGNAL, thread->signal_ip, VG_(get_IP)(tid), thread->signal);
   thread->signal = 0;
}

void bts_thread_event(ThreadId tid, enum bts_event kind, ULong a, ULong b, UInt info)
{
   struct thread *thread = &threads[tid];

   if (thread->ring == NULL || !recording())
      return;
   complete_gap(thread, a);
   append(thread->ring, kind, a, b, info);
}

void bts_thread_exec(ThreadId tid, Addr at)
{
   struct thread *thread = &threads[tid];

   if (thread->ring == NULL)
      return;
   if (recording()) {
      bts_thread_event(tid, BTS_EVENT_EXEC, at, 0, 0);
      thread->exec_end = slots_written(thread->ring);
   }
   thread->given_back = bts_ring_file_give_back(thread->ring);
}

void bts_thread_exec_failed(ThreadId tid)
{
   struct thread *thread = &threads[tid];
   struct bts_thread *ring = thread->ring;

   if (ring == NULL)
      return;
   if (thread->given_back && !bts_ring_file_take_again(ring))
      bts_process_stop_recording(BTS_STATE_NO_SPACE);
   thread->given_back = False;
   /* Only if it was said and is still the newest; what was cleared is below the floor, under which nothing may fall. */
   if (thread->exec_end == slots_written(ring) && ring->floor < thread->exec_end)
      *position_of(ring) -= BTS_EVENT_SLOTS * 4;
   thread->exec_end = 0;
}

void bts_thread_syscall(ThreadId tid, Addr instruction)
{
   threads[tid].syscall = instruction;
}

void bts_thread_signal(ThreadId tid, UInt number)
{
   struct thread *thread = &threads[tid];

   if (thread->ring == NULL || !recording())
      return;
   complete_signal(thread, tid); /* this one interrupts the other's handler before its first instruction */
   thread->signal = number;
   thread->signal_ip = VG_(get_IP)(tid);
}

static UInt uses_before(UInt tid)
{
   struct tid_uses *uses = VG_(HT_lookup)(tid_uses, tid);

   if (uses == NULL) {
      uses = VG_(calloc)("bts.threads.tid", 1, sizeof(*uses));
      uses->node.key = tid;
      VG_(HT_add_node)(tid_uses, uses);
   }
   return uses->count++;
}

void bts_thread_begin(ThreadId tid)
{
   struct thread *thread = &threads[tid];
   struct bts_thread *ring;

   tl_assert(thread->ring == NULL);
   if (stopped_for_good())
      return;
   ring = bts_ring_file_make(bts_self.threads + 1);
   if (ring == NULL) {
      if (bts_self.threads == 0 && bts_self.fork_parent == 0)
         bts_process_refuse("there is no room for the ring of a single thread (see --records and --bts-memory)");
      if (bts_self.unrecorded_threads++ == 0)
         VG_(umsg)("bts: no room for the branches of another thread (thread %u); it is not recorded\n", tid);
      return;
   }
   ring->tid = VG_(gettid)();
   ring->generation = uses_before(ring->tid);
   ring->valgrind_tid = tid;
   ring->state = BTS_THREAD_LIVE;
   ring->epoch = bts_self.epoch;
   ordered();
   ring->magic = BTS_THREAD_MAGIC;
   bts_self.threads++;
   thread->ring = ring;
   thread->gap = BTS_GAP_START;
   thread->ended = False;
   thread->exec_end = 0;
   thread->signal = 0;
}

static void take_whole_rings_off(struct bts_thread *ring)
{
   ULong over = (ring->position - ring->base) / ring->ring_bytes;

   if (over == 0)
      return;
   ring->laps_next = ring->laps + over;
   ordered();
   ring->position -= over * ring->ring_bytes;
   ordered();
   ring->laps = ring->laps_next;
}

static void write_what_is_due(struct thread *thread, ThreadId tid)
{
   struct bts_thread *ring = thread->ring;

   if (ring->epoch != bts_self.epoch) {
      append(ring, BTS_EVENT_EPOCH, ring->epoch, bts_self.epoch, 0);
      ordered();
      ring->epoch = bts_self.epoch;
   }
   complete_signal(thread, tid);
   complete_gap(thread, VG_(get_IP)(tid));
}

/*
 * So that nobody takes the last record for the last thing that happened. It stays: a reader has seen it. When
 * recording goes on, another gap says where.
 */
static void say_that_it_ended(struct thread *thread)
{
   thread->signal = 0; /* its handler runs unrecorded */
   if (thread->ended || thread->gap == BTS_GAP_START)
      return;
   append(thread->ring, BTS_EVENT_GAP, bts_self.state == BTS_STATE_OFF ? BTS_GAP_OFF : BTS_GAP_STOPPED, 0, 0);
   thread->ended = True;
}

void bts_thread_run(ThreadId tid, ULong blocks)
{
   struct thread *thread = &threads[tid];
   struct bts_thread *ring = thread->ring;

   thread->syscall = 0;
   thread->exec_end = 0;
   if (ring != NULL) {
      take_whole_rings_off(ring);
      if (recording())
         write_what_is_due(thread, tid);
      else
         say_that_it_ended(thread);
   }
   /* When recording was stopped for good, translations that record are still about. */
   if (ring == NULL || stopped_for_good()) {
      bts_self.position = bts_ring_file_sink();
      return;
   }
   bts_self.position = ring->position; /* A */
   ordered();
   bts_self.running = ring->serial;
}

void bts_thread_pause(ThreadId tid, ULong blocks)
{
   struct bts_thread *ring = threads[tid].ring;

   if (bts_self.running == 0)
      return;
   tl_assert(ring && ring->serial == bts_self.running);
   tl_assert(bts_self.position <= ring->base + ring->ring_bytes + bts_ring_file_overrun());
   ring->position = bts_self.position; /* B */
   ring->ip = VG_(get_IP)(tid);
   ordered();
   bts_self.running = 0;
}

/*
 * Where a thread stands that will not run again. Under a signal whose handler never began that is where it was
 * interrupted: the core sets the handler's ip even if it could not make its frame, as on a stack that overflowed.
 */
static Addr ip_of(ThreadId tid)
{
   return threads[tid].signal ? threads[tid].signal_ip : VG_(get_IP)(tid);
}

void bts_thread_end(ThreadId tid)
{
   struct thread *thread = &threads[tid];
   struct bts_thread *ring = thread->ring;

   if (ring == NULL)
      return;
   ring->ip = ip_of(tid);
   if (recording())
      append(ring, BTS_EVENT_EXIT, ring->ip, 0, 0);
   ring->state = BTS_THREAD_EXITED;
   thread->ring = NULL;
   bts_ring_file_retire(ring);
}

void bts_threads_resume(void)
{
   UInt tid;

   for (tid = 1; tid < VG_N_THREADS; tid++) {
      if (threads[tid].gap == 0)
         threads[tid].gap = BTS_GAP_OFF;
   }
}

void bts_threads_clear(void)
{
   UInt tid;

   for (tid = 1; tid < VG_N_THREADS; tid++) {
      struct bts_thread *ring = threads[tid].ring;
      if (ring == NULL)
         continue;
      ring->floor = slots_written(ring);
      if (threads[tid].ended) /* which stays the last thing said */
         ring->floor -= BTS_EVENT_SLOTS;
      /* A signal may have the system call made again: then it goes on there, and not behind. */
      ring->floor_ip = threads[tid].syscall ? threads[tid].syscall : VG_(get_IP)(tid);
   }
}

void bts_threads_after_fork(ThreadId survivor)
{
   UInt tid;

   for (tid = 1; tid < VG_N_THREADS; tid++) {
      if (threads[tid].ring)
         bts_ring_file_disown(threads[tid].ring);
      threads[tid].ring = NULL;
   }
   bts_ring_file_forget_retired();
   bts_self.position = bts_ring_file_sink();
   bts_thread_begin(survivor);
}

void bts_threads_freeze(void)
{
   UInt tid;

   for (tid = 1; tid < VG_N_THREADS; tid++) {
      if (threads[tid].ring)
         threads[tid].ring->ip = ip_of(tid);
   }
}
