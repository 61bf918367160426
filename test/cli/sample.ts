/** A program that goes wrong when told to: sums a list that is too short. Markers name its lines. */
export const SAMPLE = `#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
struct node { int value; struct node *next; };
static int sum(struct node *n, int count) { // SUM
  int s = 0;
  for (int i = 0; i < count; i++) { // LOOP
    s += n->value; // CRASH
    n = n->next;
  }
  return s;
}
static struct node *make(int count) {
  struct node *list = 0;
  while (count-- > 0) {
    struct node *n = malloc(sizeof *n);
    n->value = count;
    n->next = list;
    list = n;
  }
  return list;
}
static void on_interrupt(int signal) { _exit(40 + signal); } // HANDLER
int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (!strcmp(what, "echo")) {
    char line[100];
    if (fgets(line, sizeof line, stdin)) printf("read %s", line);
    fprintf(stderr, "on stderr\\n");
    return 0;
  }
  if (!strcmp(what, "kill")) raise(SIGKILL);
  if (!strcmp(what, "wait")) {
    signal(SIGINT, on_interrupt);
    puts("waiting");
    fflush(stdout);
    for (;;) pause();
  }
  printf("%d\\n", sum(make(5), strcmp(what, "crash") ? 5 : 10)); // CALL
  return 3;
}
`;
