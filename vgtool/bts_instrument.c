/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a superblock becomes.
 *
 * A record is: load the position, store the exit's id there, add, store the position. Four instructions and
 * two constants, straight-line, no call. Within a superblock the position stays in a register and is loaded once
 * (unrolled loops make up to eight records), but it is stored after every record, because a fault or a way out
 * may come next. So nothing else may move the position in mid-superblock: a debugger that stops the thread there
 * and has the record cleared sets the floor and leaves the position alone (bts_threads_clear).
 *
 * Which transfers are taken branches:
 *
 *  1. The way out at the end (`next`), when the last instruction is a branch and this is its taken side.
 *  2. A conditional way out (Exit) when it is the taken side. VEX ends a superblock at a jcc and makes one side
 *     an Exit and the other `next`, whichever suits its condition code. When the Exit is the taken side and is
 *     the last statement, both are swapped here: the record becomes unconditional, behind the Exit.
 *     `loop` and `jrcxz` may stand in mid-superblock: there the position is advanced by the condition.
 *  3. No way out at all. VEX unrolls a superblock that branches to itself: copies follow one another, and
 *     between two of them a taken branch is visible only as an IMark that is not where the last instruction
 *     ends. Reaching it means the branch was taken.
 *  4. A conditional branch to its own next instruction. Both sides are the same address and VEX may have
 *     folded the condition away, so a helper evaluates it from the guest's flags.
 *
 * That decides everything only while VEX does not follow branches into other code: guest_chase is off. (With
 * it on, `a && b` patterns merge two branches into one Exit, and which was taken is lost. Off also proves
 * faster for branchy code; figures in docs/decisions/0001-ring-record-kind.md.)
 *
 * Not branches, though they leave the superblock: `rep` iterations (an Exit or `next` of an instruction that
 * is none by its bytes), syscalls, retries of locked instructions, checks for self-modified code, and the
 * client request sequences.
 */
#include "bts_instrument.h"

#include "bts_branch.h"
#include "bts_exits.h"
#include "bts_process.h"

#include "libvex_guest_amd64.h"
#include "libvex_ir.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_machine.h"
#include "pub_tool_options.h"

/* The superblock in the making. */
struct translation {
  IRSB *out;
  struct bts_exits exits;
  /* Constants that hold an exit's number until the ids are known. */
  UInt uses;
  IRConst *use[BTS_MAX_EXITS];
  UInt slots;
  IRExpr *position; /* as of the last record, or NULL */
};

static IRExpr *constant(ULong value)
{
   return IRExpr_Const(IRConst_U64(value));
}

static IRExpr *temp(IRSB *sb, IRType type, IRExpr *value)
{
   IRTemp t = newIRTemp(sb->tyenv, type);
   addStmtToIRSB(sb, IRStmt_WrTmp(t, value));
   return IRExpr_RdTmp(t);
}

static IRExpr *plus(IRSB *sb, IRExpr *a, IRExpr *b)
{
   return temp(sb, Ity_I64, IRExpr_Binop(Iop_Add64, a, b));
}

static IRExpr *id_of(struct translation *t, Addr from, Addr to, enum bts_exit_kind kind)
{
   IRConst *number = IRConst_U64(bts_exits_add(&t->exits, from, to, kind));

   tl_assert(t->uses < BTS_MAX_EXITS);
   t->use[t->uses++] = number;
   return IRExpr_Const(number);
}

static IRExpr *current_position(struct translation *t)
{
   if (t->position == NULL)
      t->position = temp(t->out, Ity_I64, IRExpr_Load(Iend_LE, Ity_I64, constant((Addr)&bts_self.position)));
   return t->position;
}

static void store_position(struct translation *t, IRExpr *position, UInt slots)
{
   addStmtToIRSB(t->out, IRStmt_Store(Iend_LE, constant((Addr)&bts_self.position), position));
   t->position = position;
   t->slots += slots;
}

/*
 * The id is stored as 64 bits, an instruction with an immediate operand: it zeroes the slot behind, where the
 * next record goes. The ring is followed by mapped memory, so that is always there.
 */
static void record_direct(struct translation *t, Addr from, Addr to, enum bts_exit_kind kind)
{
   IRExpr *position = current_position(t);

   addStmtToIRSB(t->out, IRStmt_Store(Iend_LE, position, id_of(t, from, to, kind)));
   store_position(t, plus(t->out, position, constant(4)), 1);
}

/* Written in any case, valid only when the position moves past it. */
static void record_direct_if(struct translation *t, IRExpr *taken, Addr from, Addr to)
{
   IRExpr *position = current_position(t);
   IRExpr *bit = temp(t->out, Ity_I64, IRExpr_Unop(Iop_1Uto64, taken));
   IRExpr *step = temp(t->out, Ity_I64, IRExpr_Binop(Iop_Shl64, bit, IRExpr_Const(IRConst_U8(2))));

   addStmtToIRSB(t->out, IRStmt_Store(Iend_LE, position, id_of(t, from, to, BTS_EXIT_DIRECT)));
   store_position(t, plus(t->out, position, step), 1);
}

static void record_indirect(struct translation *t, Addr from, IRExpr *to)
{
   IRExpr *position = current_position(t);
   IRExpr *id_slot = plus(t->out, position, constant(8));

   addStmtToIRSB(t->out, IRStmt_Store(Iend_LE, position, to));
   addStmtToIRSB(t->out, IRStmt_Store(Iend_LE, id_slot, id_of(t, from, 0, BTS_EXIT_INDIRECT)));
   store_position(t, plus(t->out, position, constant(12)), 3);
}

static VG_REGPARM(2) HWord taken_helper(void *guest_state, HWord address)
{
   return bts_branch_is_taken(address, guest_state);
}

/* A branch to its own next instruction (case 4). */
static void record_if_condition_holds(struct translation *t, const struct bts_branch *branch)
{
   IRTemp holds = newIRTemp(t->out->tyenv, Ity_I64);
   IRDirty *call = unsafeIRDirty_1_N(holds, 2, "bts_branch_is_taken", taken_helper,
                                     mkIRExprVec_2(IRExpr_GSPTR(), constant(branch->address)));
   /* VEX wants to know that the helper reads guest state; the program counter stands for all of it, since
      VEX holds no guest state back across statements. */
   call->nFxState = 1;
   call->fxState[0].fx = Ifx_Read;
   call->fxState[0].offset = offsetof(VexGuestAMD64State, guest_RIP);
   call->fxState[0].size = sizeof(ULong);
   call->fxState[0].nRepeats = 0;
   call->fxState[0].repeatLen = 0;
   addStmtToIRSB(t->out, IRStmt_Dirty(call));
   record_direct_if(t, temp(t->out, Ity_I1, IRExpr_Unop(Iop_64to1, IRExpr_RdTmp(holds))), branch->address,
                    branch->taken);
}

static Bool is_address(const IRExpr *e, Addr address)
{
   return e->tag == Iex_Const && e->Iex.Const.con->Ico.U64 == address;
}

/* Case 2. True when the Exit was replaced, and with it the end of the superblock dealt with. */
static Bool conditional_exit(struct translation *t, IRStmt *exit, const struct bts_branch *branch, Bool is_last)
{
   Addr target = exit->Ist.Exit.dst->Ico.U64;

   if (exit->Ist.Exit.jk != Ijk_Boring || target != branch->taken)
      return False;
   if (branch->taken == branch->fall) {
      if (branch->kind == BTS_COUNTED) /* never negated by VEX: the guard says taken */
         record_direct_if(t, exit->Ist.Exit.guard, branch->address, branch->taken);
      return False;
   }
   if (is_last && t->out->jumpkind == Ijk_Boring && is_address(t->out->next, branch->fall)) {
      IRExpr *not_taken = temp(t->out, Ity_I1, IRExpr_Unop(Iop_Not1, exit->Ist.Exit.guard));
      addStmtToIRSB(t->out,
                    IRStmt_Exit(not_taken, Ijk_Boring, IRConst_U64(branch->fall), exit->Ist.Exit.offsIP));
      record_direct(t, branch->address, branch->taken, BTS_EXIT_DIRECT);
      t->out->next = constant(branch->taken);
      return True;
   }
   record_direct_if(t, exit->Ist.Exit.guard, branch->address, branch->taken);
   return False;
}

/* Case 1. `saw_exit`: the last instruction has an Exit of its own in the superblock. */
static void end_of_block(struct translation *t, const struct bts_branch *branch, Bool saw_exit)
{
   IRExpr *next = t->out->next;

   switch (t->out->jumpkind) {
   case Ijk_NoRedir: /* Valgrind's own idiom for a call; its bytes are no branch */
      record_indirect(t, branch->address, next);
      return;
   case Ijk_Boring:
   case Ijk_Call:
   case Ijk_Ret:
      break;
   default:
      return;
   }
   switch (branch->kind) {
   case BTS_NOT_A_BRANCH:
      return;
   case BTS_CONDITIONAL:
   case BTS_COUNTED:
      if (branch->taken == branch->fall) {
         if (branch->kind == BTS_COUNTED && !saw_exit)
            record_if_condition_holds(t, branch);
      } else if (is_address(next, branch->taken)) {
         record_direct(t, branch->address, branch->taken, BTS_EXIT_DIRECT);
      }
      return;
   case BTS_DIRECT:
   case BTS_COMPUTED:
      if (next->tag == Iex_Const)
         record_direct(t, branch->address, next->Iex.Const.con->Ico.U64, BTS_EXIT_DIRECT);
      else
         record_indirect(t, branch->address, next);
      return;
   }
}

static Int last_statement(const IRSB *sb)
{
   Int i = sb->stmts_used - 1;

   while (i >= 0 && sb->stmts[i]->tag == Ist_NoOp)
      i--;
   return i;
}

/*
 * VEX keeps guest RIP up to date where memory is accessed. A division may fault too, and then the signal has to say
 * where: without this it is wherever memory was last accessed.
 */
static Bool may_fault(const IRStmt *statement)
{
   if (statement->tag != Ist_WrTmp || statement->Ist.WrTmp.data->tag != Iex_Binop)
      return False;
   switch (statement->Ist.WrTmp.data->Iex.Binop.op) {
   case Iop_DivModU64to32:
   case Iop_DivModS64to32:
   case Iop_DivModU128to64:
   case Iop_DivModS128to64:
      return True;
   default:
      return False;
   }
}

static void copy_and_record(struct translation *t, const IRSB *in, const VgCallbackClosure *closure)
{
   struct bts_branch branch = {BTS_NOT_A_BRANCH, 0, 0, 0};
   Bool saw_exit = False, ended = False;
   Int last = last_statement(in), i;

   for (i = 0; i < in->stmts_used; i++) {
      IRStmt *statement = in->stmts[i];
      switch (statement->tag) {
      case Ist_NoOp:
         continue;
      case Ist_IMark:
         if (branch.address == 0 && closure->readdr != closure->nraddr)
            record_direct(t, closure->nraddr, closure->readdr, BTS_EXIT_REDIRECT);
         if (branch.kind != BTS_NOT_A_BRANCH && statement->Ist.IMark.addr != branch.fall) /* case 3 */
            record_direct(t, branch.address, statement->Ist.IMark.addr, BTS_EXIT_DIRECT);
         branch = bts_branch_at(statement->Ist.IMark.addr, statement->Ist.IMark.len);
         saw_exit = False;
         addStmtToIRSB(t->out, statement);
         if (branch.kind == BTS_CONDITIONAL && branch.taken == branch.fall)
            record_if_condition_holds(t, &branch);
         continue;
      case Ist_Exit:
         if (branch.kind == BTS_CONDITIONAL || branch.kind == BTS_COUNTED) {
            saw_exit = True;
            ended = conditional_exit(t, statement, &branch, i == last);
            if (ended)
               continue;
         }
         break;
      default:
         if (may_fault(statement))
            addStmtToIRSB(t->out, IRStmt_Put(offsetof(VexGuestAMD64State, guest_RIP), constant(branch.address)));
         break;
      }
      addStmtToIRSB(t->out, statement);
   }
   if (!ended)
      end_of_block(t, &branch, saw_exit);
}

IRSB *bts_instrument(VgCallbackClosure *closure, IRSB *in, const VexGuestLayout *layout,
                     const VexGuestExtents *extents, const VexArchInfo *host, IRType guest_word,
                     IRType host_word)
{
   struct translation t;
   UInt first, i;

   if (bts_self.state != BTS_STATE_ON)
      return in;
   t.out = deepCopyIRSBExceptStmts(in);
   t.exits.count = 0;
   t.uses = 0;
   t.slots = 0;
   t.position = NULL;
   copy_and_record(&t, in, closure);
   tl_assert(extents->n_used == 1);
   tl_assert(t.slots <= BTS_MAX_SLOTS_PER_BLOCK);
   first = bts_exits_first_id(extents->base[0], extents->len[0], &t.exits);
   if (first == 0)
      return in;
   for (i = 0; i < t.uses; i++)
      t.use[i]->Ico.U64 += first;
   return t.out;
}

void bts_instrument_configure_vex(void)
{
   VG_(clo_vex_control).guest_chase = False;
}
