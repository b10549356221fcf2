import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'

/** A file system of its own, whose room can be taken. */
export interface Disk {
  /** Leaves room for so many bytes more. */
  fill(leftBytes: number): void
  empty(): void
  unmount(): void
}

/** Room for the data of half an hour; of a file system in memory only what is used is taken. */
const diskBytes = 4_000_000_000

/** Mounts one at a folder. Gives why there is none where that can't be done. */
export function mountDisk(folder: string): Disk | string {
  const mount = (...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', folder], { encoding: 'utf8' })
  const mounted = mount(`size=${diskBytes}`, 'mode=0700')
  if (mounted.status !== 0) return (mounted.stderr || `${mounted.error?.message}`).trim()
  // Whoever uses it may still be ending when this process exits.
  const detach = () => void spawnSync('umount', ['-l', folder])
  // A run that ends early must not leave it behind.
  process.once('exit', detach)
  const resize = (bytes: number): string | undefined => {
    const { status, stderr } = mount('remount', `size=${bytes}`)
    return status === 0 ? undefined : `the room of ${folder} can't be changed: ${stderr}`
  }
  const enlarge = (bytes: number) => {
    const why = resize(bytes)
    if (why !== undefined) throw new Error(why)
  }
  return {
    fill(leftBytes) {
      let why: string | undefined = ''
      // What is written meanwhile may be more than there would be room for.
      for (let times = 0; times < 50 && why !== undefined; times++) {
        const { bsize, blocks, bfree } = statfsSync(folder)
        why = resize((blocks - bfree) * bsize + leftBytes)
      }
      if (why !== undefined) throw new Error(why)
    },
    empty: () => enlarge(diskBytes),
    unmount() {
      process.off('exit', detach)
      detach()
    },
  }
}
