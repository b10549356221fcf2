import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

/** Removes a folder, also with file systems mounted below it or while a process still writes there. */
export function removeFolder(folder: string): void {
  for (const place of mountsBelow(folder)) spawnSync('umount', ['-l', place])
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

/** The innermost first. */
function mountsBelow(folder: string): string[] {
  if (process.platform !== 'linux') return []
  const places = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
  return places.filter(place => place.startsWith(`${folder}/`)).toReversed()
}
