import { cpuSBetween, parseCpuS, parseCpuWithEndedS, parsePeakRssMb } from './process-usage';

describe('what a process has used', () => {
  it('is the time of all its threads, whatever its command is called', () => {
    const stat = `42 (a) b) S 1 42 42 0 -1 4194560 100 0 3 0 1250 350 7 7 20 0 11 0 999 0 0`;
    expect(parseCpuS(stat)).toBe(16);
    expect(parseCpuWithEndedS(stat)).toBe(16.14);
  });

  it('has a peak of memory in megabytes', () => {
    expect(parsePeakRssMb('Name:\tnode\nVmHWM:\t  125000 kB\nVmRSS:\t 1000 kB\n')).toBeCloseTo(128);
  });

  it('is null where the machine does not tell', () => {
    expect(parseCpuS(null)).toBeNull();
    expect(parsePeakRssMb(null)).toBeNull();
    expect(cpuSBetween({ cpuS: null, peakRssMb: null }, { cpuS: 1, peakRssMb: 1 })).toBeNull();
  });
});
