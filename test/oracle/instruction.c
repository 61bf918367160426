/* SPDX-License-Identifier: MIT */
#include "instruction.h"

#include <Zydis/Zydis.h>

enum { CF = 1u << 0, PF = 1u << 2, ZF = 1u << 6, SF = 1u << 7, OF = 1u << 11 };
enum { OPCODE_MOV_SREG = 0x8e, SREG_SS = 2 };

/* Ubuntu 22.04 has Zydis 3, Debian 12 and later have Zydis 4. */
static bool decode(const uint8_t *bytes, size_t size, ZydisDecodedInstruction *out)
{
	static ZydisDecoder decoder;
	static bool ready;

#if __has_include(<Zydis/Disassembler.h>) /* new in 4; the version macro has casts, which #if refuses */
	if (!ready)
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	ready = true;
	return ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, bytes, size, out));
#else
	if (!ready)
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_ADDRESS_WIDTH_64);
	ready = true;
	return ZYAN_SUCCESS(ZydisDecoderDecodeBuffer(&decoder, bytes, size, out));
#endif
}

static enum instruction_kind kind_of(const ZydisDecodedInstruction *d)
{
	switch (d->mnemonic) {
	case ZYDIS_MNEMONIC_CALL:
	case ZYDIS_MNEMONIC_JMP:
	case ZYDIS_MNEMONIC_RET:
		return KIND_BRANCH;
	case ZYDIS_MNEMONIC_IRET:
	case ZYDIS_MNEMONIC_IRETD:
	case ZYDIS_MNEMONIC_IRETQ:
		return KIND_IRET;
	case ZYDIS_MNEMONIC_JB: case ZYDIS_MNEMONIC_JBE: case ZYDIS_MNEMONIC_JL: case ZYDIS_MNEMONIC_JLE:
	case ZYDIS_MNEMONIC_JNB: case ZYDIS_MNEMONIC_JNBE: case ZYDIS_MNEMONIC_JNL: case ZYDIS_MNEMONIC_JNLE:
	case ZYDIS_MNEMONIC_JNO: case ZYDIS_MNEMONIC_JNP: case ZYDIS_MNEMONIC_JNS: case ZYDIS_MNEMONIC_JNZ:
	case ZYDIS_MNEMONIC_JO: case ZYDIS_MNEMONIC_JP: case ZYDIS_MNEMONIC_JS: case ZYDIS_MNEMONIC_JZ:
	case ZYDIS_MNEMONIC_JCXZ: case ZYDIS_MNEMONIC_JECXZ: case ZYDIS_MNEMONIC_JRCXZ:
	case ZYDIS_MNEMONIC_LOOP: case ZYDIS_MNEMONIC_LOOPE: case ZYDIS_MNEMONIC_LOOPNE:
		return KIND_CONDITIONAL;
	case ZYDIS_MNEMONIC_SYSCALL:
	case ZYDIS_MNEMONIC_SYSENTER:
		return KIND_SYSCALL;
	case ZYDIS_MNEMONIC_INT:
		return (uint8_t)d->raw.imm[0].value.u == 0x80 ? KIND_SYSCALL : KIND_PLAIN;
	case ZYDIS_MNEMONIC_PUSHF:
	case ZYDIS_MNEMONIC_PUSHFD:
	case ZYDIS_MNEMONIC_PUSHFQ:
		return KIND_PUSHF;
	case ZYDIS_MNEMONIC_POPF:
	case ZYDIS_MNEMONIC_POPFD:
	case ZYDIS_MNEMONIC_POPFQ:
		return KIND_POPF;
	case ZYDIS_MNEMONIC_INT1:
		return KIND_INT1;
	default:
		break;
	}
	if (d->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && d->opcode == OPCODE_MOV_SREG && d->raw.modrm.reg == SREG_SS)
		return KIND_LOAD_SS;
	if (d->attributes & (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE))
		return KIND_REPEATED;
	return KIND_PLAIN;
}

void instruction_decode(const uint8_t *bytes, size_t size, uint64_t address, struct instruction *out)
{
	ZydisDecodedInstruction d;

	*out = (struct instruction){ .address = address, .next = address, .kind = KIND_UNREADABLE };
	if (size == 0 || !decode(bytes, size, &d))
		return;
	out->kind = kind_of(&d);
	out->next = address + d.length;
	out->mnemonic = d.mnemonic;
	out->operand16 = d.operand_width == 16;
	out->counter32 = d.address_width == 32;
	if (out->kind == KIND_CONDITIONAL || out->kind == KIND_BRANCH) {
		out->direct = d.raw.imm[0].is_relative;
		out->target = out->direct ? out->next + (uint64_t)d.raw.imm[0].value.s : 0;
	}
}

bool instruction_condition_holds(const struct instruction *i, const struct user_regs_struct *regs)
{
	uint64_t f = regs->eflags;
	uint64_t counter = i->counter32 ? (uint32_t)regs->rcx : regs->rcx;
	uint64_t left = i->counter32 ? (uint32_t)(counter - 1) : counter - 1;
	bool less = !(f & SF) != !(f & OF);

	switch (i->mnemonic) {
	case ZYDIS_MNEMONIC_JB: return f & CF;
	case ZYDIS_MNEMONIC_JNB: return !(f & CF);
	case ZYDIS_MNEMONIC_JBE: return f & (CF | ZF);
	case ZYDIS_MNEMONIC_JNBE: return !(f & (CF | ZF));
	case ZYDIS_MNEMONIC_JL: return less;
	case ZYDIS_MNEMONIC_JNL: return !less;
	case ZYDIS_MNEMONIC_JLE: return less || (f & ZF);
	case ZYDIS_MNEMONIC_JNLE: return !less && !(f & ZF);
	case ZYDIS_MNEMONIC_JO: return f & OF;
	case ZYDIS_MNEMONIC_JNO: return !(f & OF);
	case ZYDIS_MNEMONIC_JP: return f & PF;
	case ZYDIS_MNEMONIC_JNP: return !(f & PF);
	case ZYDIS_MNEMONIC_JS: return f & SF;
	case ZYDIS_MNEMONIC_JNS: return !(f & SF);
	case ZYDIS_MNEMONIC_JZ: return f & ZF;
	case ZYDIS_MNEMONIC_JNZ: return !(f & ZF);
	case ZYDIS_MNEMONIC_JECXZ:
	case ZYDIS_MNEMONIC_JRCXZ: return counter == 0;
	case ZYDIS_MNEMONIC_LOOP: return left != 0;
	case ZYDIS_MNEMONIC_LOOPE: return left != 0 && (f & ZF);
	case ZYDIS_MNEMONIC_LOOPNE: return left != 0 && !(f & ZF);
	default: return false;
	}
}
