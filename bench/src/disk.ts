import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The kernel counts what a file takes in pieces of this size. A file that is only made room for takes nothing yet. */
const blockBytes = 512

/** What a folder takes on its disk, in bytes. What goes while this looks is left out. */
export function diskBytesOf(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    bytes += (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.blocks ?? 0) * blockBytes
  }
  return bytes
}
