import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A run of the tests has a folder of its own in memory, which it removes at its end. */
const memoryFolder = process.env.HOLDFAST_TEST_MEMORY ?? '/dev/shm'
/** A broker and a Redis of a whole run take less than one; several run at once. */
const freeBytesMin = 4 * 1024 ** 3

/** A new folder for the data of a test server: in memory if there is space, because tests wait for every fsync, else on the disk. */
export const makeServerFolder = (name: string): string => mkdtempSync(join(hasSpace(memoryFolder) ? memoryFolder : tmpdir(), name))

/** A new folder on the disk, for a server that is measured. */
export const makeDiskFolder = (name: string): string => mkdtempSync(join(tmpdir(), name))

function hasSpace(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= freeBytesMin
  } catch {
    return false
  }
}
