import { randomUUID } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { isTrusted } from '../folders/check-path.ts'

/** A file from an answer folder, as it was when the engine read it. */
export interface DroppedFile {
  readonly path: string
  readonly stats: BigIntStats
  /** Truncated if the file is longer than the limit. */
  readonly bytes: Buffer
  readonly isTooLarge: boolean
}

/** Why the engine leaves a file in its folder. The message contains no names of persons. */
export class FileNotTakenError extends Error {
  override readonly name = 'FileNotTakenError'
}

/** The same limit as for bodies by HTTP. */
export const bytesMax = 262_144

/**
 * Differs whenever the file does: users cannot set the change time, and renaming or linking a file changes it too.
 * Undefined if the file no longer exists.
 */
export async function stampOf(path: string): Promise<string | undefined> {
  try {
    return textOf(await lstat(path, { bigint: true }))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const textOf = ({ dev, ino, size, ctimeNs }: BigIntStats) => `${dev} ${ino} ${size} ${ctimeNs}`

/**
 * Reads a file, or returns undefined if it has changed since its stamp. Throws FileNotTakenError.
 *
 * The sender must be able to read the file itself. So the engine follows no link, waits for no pipe, and rejects files
 * with a second name. In a folder that others write, it rejects its own files: each could be a secret that a user
 * linked to.
 */
export async function readDropped(path: string, stamp: string, isShared: boolean): Promise<DroppedFile | undefined> {
  const file = await openDropped(path)
  try {
    const stats = await file?.stat({ bigint: true })
    if (!file || !stats || textOf(stats) !== stamp) return undefined
    if (!stats.isFile()) throw new FileNotTakenError('is not a regular file')
    if (stats.nlink !== 1n) throw new FileNotTakenError('has a second name (hard link)')
    if (isShared && isTrusted({ uid: Number(stats.uid) }))
      throw new FileNotTakenError("belongs to root or the engine's user in a folder that other users can write to")
    const bytes = await beginningOf(file)
    // A change while the file is read means that its sender is still writing.
    if (textOf(await file.stat({ bigint: true })) !== stamp) return undefined
    return { path, stats, bytes: bytes.subarray(0, bytesMax), isTooLarge: bytes.length > bytesMax }
  } finally {
    await file?.close()
  }
}

async function openDropped(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    if (code === 'EACCES' || code === 'EPERM') throw new FileNotTakenError("is not readable by the engine's user")
    // Error codes of a link (ELOOP; EMLINK on BSD) and of a socket (ENXIO, EOPNOTSUPP).
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP', 'ENODEV'].includes(code)) throw new FileNotTakenError('is not a regular file')
    throw error
  }
}

/** Reads one byte more than the limit, to detect longer files. */
async function beginningOf(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(bytesMax + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

/**
 * A file that removeDropped has renamed. One that is still there at the next pass is processed as any file: the engine
 * crashed meanwhile, and the file may be another answer.
 */
export const isBeingRemoved = (name: string): boolean => /^\.[0-9a-f-]{36}\.taken\.(?:json|xml)$/.test(name)

/**
 * Deletes exactly the file that was read. No system call deletes a name only if it is a certain file's, and a sender
 * may put another answer under it at any time. So the file is renamed to a unique name first and compared; another file
 * gets a new name and is processed next.
 */
export async function removeDropped({ path, stats }: DroppedFile): Promise<void> {
  const claimed = join(dirname(path), `.${randomUUID()}.taken${extname(path)}`)
  try {
    await rename(path, claimed)
    const { dev, ino, size, mtimeNs } = await lstat(claimed, { bigint: true })
    const isSame = dev === stats.dev && ino === stats.ino && size === stats.size && mtimeNs === stats.mtimeNs
    if (isSame) await rm(claimed)
    else await rename(claimed, join(dirname(path), `${randomUUID()}${extname(path)}`))
  } catch (error) {
    // Another process of the engine or the sender has already removed the file.
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
