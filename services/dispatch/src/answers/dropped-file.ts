import { randomUUID } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { isTrusted } from '../folders/check-path.ts'

/** A file that somebody put where answers come from, as it was when it was read. */
export interface DroppedFile {
  readonly path: string
  readonly stats: BigIntStats
  /** Its beginning, where it is longer than it may be. */
  readonly bytes: Buffer
  readonly isTooLarge: boolean
}

/** Why a file is left where it is, in words that name nobody. */
export class FileNotTakenError extends Error {
  override readonly name = 'FileNotTakenError'
}

/** As the HTTP door takes. */
export const bytesMax = 262_144

/** Another one whenever the file is: its change time can't be set by anybody, and a new name or another link changes it too. Undefined where it is gone. */
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
 * Reads a file that still is what it was when it was looked at; undefined where it is not. Only what whoever put it there could read himself: no link is followed, no pipe waited for,
 * and a file with a second name, or of the engine's own in a folder that others write, would be a secret that somebody linked to and hopes to find copied out. Throws FileNotTakenError.
 */
export async function readDropped(path: string, stamp: string, isShared: boolean): Promise<DroppedFile | undefined> {
  const file = await openDropped(path)
  try {
    const stats = await file?.stat({ bigint: true })
    if (!file || !stats || textOf(stats) !== stamp) return undefined
    if (!stats.isFile()) throw new FileNotTakenError('is no regular file')
    if (stats.nlink !== 1n) throw new FileNotTakenError('has a second name (hard link)')
    if (isShared && isTrusted({ uid: Number(stats.uid) }))
      throw new FileNotTakenError("belongs to root or the engine's user where others may write")
    const bytes = await beginningOf(file)
    // Whoever writes on while it is read has not finished.
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
    if (code === 'EACCES' || code === 'EPERM') throw new FileNotTakenError("may not be read by the engine's user")
    // What a link (ELOOP; EMLINK on BSD) and a socket (ENXIO, EOPNOTSUPP) say.
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP', 'ENODEV'].includes(code)) throw new FileNotTakenError('is no regular file')
    throw error
  }
}

/** One byte more than may be there shows that there is more. */
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

/** What is being taken away. Where it lies from one look to the next, the engine was killed just then, and it may be another answer: it is taken as any file. */
export const isBeingRemoved = (name: string): boolean => /^\.[0-9a-f-]{36}\.taken\.(?:json|xml)$/.test(name)

/**
 * Takes away the very file that was read. No system call removes a name only while it is a certain file's, and another answer may be put there under this name at any time; so it
 * is renamed within its folder first, to a name that nobody else uses, looked at, and where it is another file it gets a new name under which it is taken next.
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
    // Another process of the engine, which made the same of it, or who put it there.
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
