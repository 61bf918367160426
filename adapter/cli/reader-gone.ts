/** Whoever reads stdout has gone away, as `head` does when it has enough: nothing is left to do, and nothing is wrong. */
export class ReaderGone extends Error {}
