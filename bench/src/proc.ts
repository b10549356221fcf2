import { readFileSync } from 'node:fs'

/** USER_HZ: the kernel counts CPU time for readers in hundredths of a second, whatever its own tick is. */
const msPerTick = 10

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * CPU time of a process so far, in user and kernel mode, in milliseconds. Undefined where the system has no `/proc` or
 * the process is gone.
 */
export function cpuMsOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the name in parentheses and may hold spaces; the third follows its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * msPerTick
}

/** The most memory a process has had resident, in bytes. */
export function peakBytesOf(pid: number): number | undefined {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** The memory that a process has resident now, in bytes. */
export function residentBytesOf(pid: number): number | undefined {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** CPU time of the whole machine so far, in milliseconds: the time used, and the time available. */
export function machineCpuMs(): { busy: number; total: number } | undefined {
  const line = /^cpu +(.*)$/m.exec(read('/proc/stat') ?? '')?.[1]
  if (line === undefined) return undefined
  const ticks = line.split(' ').slice(0, 8).map(Number)
  const total = ticks.reduce((sum, tick) => sum + tick, 0)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return { busy: (total - idle) * msPerTick, total: total * msPerTick }
}
