// Gives the process that it is loaded into a wall clock that SIGUSR2 sets: as many milliseconds ahead as the file says.
import { readFileSync } from 'node:fs';

const now = Date.now;
let stepMs = 0;
Date.now = () => now() + stepMs;
process.on('SIGUSR2', () => {
  stepMs = Number(readFileSync(process.env['STEPPED_CLOCK_FILE'], 'utf8'));
});
