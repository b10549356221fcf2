import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'

/** A file system of its own that can be filled. */
export interface Disk {
  /** Leaves this many bytes free. */
  fill(leftBytes: number): void
  empty(): void
  unmount(): void
}

/** Enough for the data of half an hour; a file system in memory occupies only what is used. */
const diskBytes = 4_000_000_000

/** Mounts one at a folder. Returns the reason where that is impossible. */
export function mountDisk(folder: string): Disk | string {
  const mount = (...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', folder], { encoding: 'utf8' })
  const mounted = mount(`size=${diskBytes}`, 'mode=0700')
  if (mounted.status !== 0) return (mounted.stderr || `${mounted.error?.message}`).trim()
  // A process that uses it can still be ending when this process exits.
  const detach = () => void spawnSync('umount', ['-l', folder])
  // A run that ends early must unmount it.
  process.once('exit', detach)
  const resize = (bytes: number): string | undefined => {
    const { status, stderr } = mount('remount', `size=${bytes}`)
    return status === 0 ? undefined : `the size of ${folder} cannot be changed: ${stderr}`
  }
  const enlarge = (bytes: number) => {
    const why = resize(bytes)
    if (why !== undefined) throw new Error(why)
  }
  return {
    fill(leftBytes) {
      let why: string | undefined = ''
      // Data written meanwhile can exceed the space.
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
