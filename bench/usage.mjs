// Loaded into a process that is measured: tells its processor time and memory when it ends.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(2, `\nusage ${JSON.stringify({ ms: (userCPUTime + systemCPUTime) / 1000, mib: maxRSS / 1024 })}\n`);
});
