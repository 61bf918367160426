/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bts_branch.h"

#include "libvex_guest_amd64.h"

static Bool is_prefix(UChar byte)
{
   switch (byte) {
   case 0x26: case 0x2e: case 0x36: case 0x3e: /* segments; 2e and 3e are also branch hints, 3e notrack */
   case 0x64: case 0x65:
   case 0x66: case 0x67: /* operand and address size */
   case 0xf0: case 0xf2: case 0xf3: /* lock, bnd, rep (as in `rep ret`) */
      return True;
   default:
      return (byte & 0xf0) == 0x40; /* REX */
   }
}

static const UChar *opcode_of(const UChar *code, UInt length)
{
   UInt i = 0;

   while (i + 1 < length && is_prefix(code[i]))
      i++;
   return code + i;
}

static Long displacement(const UChar *end, UInt bytes)
{
   if (bytes == 1)
      return (Char)end[-1];
   return (Int)(end[-4] | end[-3] << 8 | end[-2] << 16 | (UInt)end[-1] << 24);
}

struct bts_branch bts_branch_at(Addr address, UInt length)
{
   struct bts_branch branch = {BTS_NOT_A_BRANCH, address, address + length, 0};
   const UChar *code = (const UChar *)address;
   const UChar *end = code + length;
   const UChar *op;
   UInt modrm_reg;

   if (length == 0)
      return branch;
   op = opcode_of(code, length);
   if (op[0] >= 0x70 && op[0] <= 0x7f) { /* jcc rel8 */
      branch.kind = BTS_CONDITIONAL;
      branch.taken = branch.fall + displacement(end, 1);
   } else if (op[0] >= 0xe0 && op[0] <= 0xe3) {
      branch.kind = BTS_COUNTED;
      branch.taken = branch.fall + displacement(end, 1);
   } else if (op[0] == 0x0f && op + 1 < end && op[1] >= 0x80 && op[1] <= 0x8f) { /* jcc rel32 */
      branch.kind = BTS_CONDITIONAL;
      branch.taken = branch.fall + displacement(end, 4);
   } else if (op[0] == 0xe8 || op[0] == 0xe9 || op[0] == 0xeb) {
      branch.kind = BTS_DIRECT;
   } else if (op[0] == 0xc7 && op + 1 < end && op[1] == 0xf8) { /* xbegin */
      branch.kind = BTS_DIRECT;
   } else if (op[0] == 0xc2 || op[0] == 0xc3 || op[0] == 0xca || op[0] == 0xcb || op[0] == 0xcf) {
      branch.kind = BTS_COMPUTED;
   } else if (op[0] == 0xff && op + 1 < end) {
      modrm_reg = (op[1] >> 3) & 7;
      if (modrm_reg >= 2 && modrm_reg <= 5)
         branch.kind = BTS_COMPUTED;
   }
   return branch;
}

/* Intel SDM vol. 1, appendix B: the sixteen conditions. */
static Bool condition_holds(UInt condition, ULong flags)
{
   Bool cf = flags & 1, pf = (flags >> 2) & 1, zf = (flags >> 6) & 1, sf = (flags >> 7) & 1,
        of = (flags >> 11) & 1;
   Bool holds = False;

   switch (condition >> 1) {
   case 0: holds = of; break;
   case 1: holds = cf; break;
   case 2: holds = zf; break;
   case 3: holds = cf || zf; break;
   case 4: holds = sf; break;
   case 5: holds = pf; break;
   case 6: holds = sf != of; break;
   case 7: holds = zf || sf != of; break;
   }
   return (condition & 1) ? !holds : holds;
}

Bool bts_branch_is_taken(Addr address, const void *guest_state)
{
   const VexGuestAMD64State *guest = guest_state;
   const UChar *code = (const UChar *)address;
   const UChar *op = opcode_of(code, 15);
   ULong flags = LibVEX_GuestAMD64_get_rflags(guest);
   ULong count = guest->guest_RCX;
   const UChar *prefix;

   for (prefix = code; prefix < op; prefix++) {
      if (*prefix == 0x67)
         count = (UInt)count;
   }
   switch (op[0]) {
   case 0xe0: return count != 0 && !condition_holds(4, flags);
   case 0xe1: return count != 0 && condition_holds(4, flags);
   case 0xe2: return count != 0;
   case 0xe3: return count == 0;
   case 0x0f: return condition_holds(op[1] & 15, flags);
   default: return condition_holds(op[0] & 15, flags);
   }
}
