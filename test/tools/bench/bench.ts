/**
 * `npm run bench -- [options]` measures cold starts and warm cost of the functions in AWS's own runtime
 * interface client, beside two references, and holds each function to gates. Takes twelve minutes, and needs
 * Linux with taskset, a C++ compiler, make, CMake and Python.
 *
 *   --functions A,B  measures these functions only (default: all that have something to measure)
 *   --rounds N       cold starts of each (15)
 *   --requests N     warm requests of each (6000)
 *   --json FILE      writes all that was measured
 */
import { install } from './install.ts';
import './options.ts';

await install();
await import('./measure.ts');
