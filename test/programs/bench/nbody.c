/* SPDX-License-Identifier: MIT */
/* nbody SIZE (default 1000): SIZE steps of the five outer bodies of the solar system: floating point, small nested loops. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODIES = 5 };

struct body { double x, y, z, vx, vy, vz, mass; };

static struct body bodies[BODIES] = {
	{ 0, 0, 0, 0, 0, 0, 39.478417604357432 },
	{ 4.84143144246472090, -1.16032004402742839, -0.10362204447112311, 0.60632639299583202, 2.81198684491626020, -0.02521836165988763, 0.03769367487038949 },
	{ 8.34336671824457987, 4.12479856412430479, -0.40352341711432138, -1.01077434617879236, 1.82566237123041186, 0.00841576137658415, 0.01128632613196877 },
	{ 12.8943695621391310, -15.1111514016986312, -0.22330757889265573, 1.08279100644153536, 0.86871301816960822, -0.01083263740136364, 0.00172372405705971 },
	{ 15.3796971148509165, -25.9193146099879641, 0.17925877295037118, 0.97909073224389798, 0.59469899864767617, -0.03475595812163114, 0.00203368686992463 },
};

static void advance(double time)
{
	for (int i = 0; i < BODIES; i++)
		for (int j = i + 1; j < BODIES; j++) {
			struct body *a = &bodies[i], *b = &bodies[j];
			double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
			double squared = dx * dx + dy * dy + dz * dz;
			double magnitude = time / (squared * sqrt(squared));

			a->vx -= dx * b->mass * magnitude;
			a->vy -= dy * b->mass * magnitude;
			a->vz -= dz * b->mass * magnitude;
			b->vx += dx * a->mass * magnitude;
			b->vy += dy * a->mass * magnitude;
			b->vz += dz * a->mass * magnitude;
		}
	for (int i = 0; i < BODIES; i++) {
		bodies[i].x += time * bodies[i].vx;
		bodies[i].y += time * bodies[i].vy;
		bodies[i].z += time * bodies[i].vz;
	}
}

static double energy(void)
{
	double total = 0;

	for (int i = 0; i < BODIES; i++) {
		const struct body *a = &bodies[i];

		total += a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz) / 2;
		for (int j = i + 1; j < BODIES; j++) {
			const struct body *b = &bodies[j];

			total -= a->mass * b->mass / sqrt((a->x - b->x) * (a->x - b->x) + (a->y - b->y) * (a->y - b->y) + (a->z - b->z) * (a->z - b->z));
		}
	}
	return total;
}

int main(int argc, char **argv)
{
	long steps = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;

	printf("%.9f\n", energy());
	for (long i = 0; i < steps; i++)
		advance(0.01);
	printf("%.9f\n", energy());
	return 0;
}
