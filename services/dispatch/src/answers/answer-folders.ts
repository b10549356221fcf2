import { hash } from 'node:crypto'
import { basename, extname, join } from 'node:path'
import type { AnswerFolder } from '@holdfast/directory'
import type { Logger, Running } from '@holdfast/runtime'
import { formatProof } from '@holdfast/schemas'
import { putFile } from '../folders/put-file.ts'
import { type Inbox, openBankFolder } from './bank-folder.ts'
import { bytesMax, type DroppedFile, FileNotTakenError, readDropped, removeDropped, stampOf } from './dropped-file.ts'
import type { AnswerSender } from './matched-answer.ts'
import { acceptFile, type FileDependencies, type FileOutcome } from './take-file.ts'

export interface AnswerFolders extends Running {
  /** Reads every folder once. */
  readAll(): Promise<void>
}

export type AnswerFoldersOptions = FileDependencies & {
  /** The folders that the directory lists now. */
  readonly folders: () => readonly AnswerFolder[]
  readonly log: Logger
  readonly everyMs?: number
}

/** Limit for each inbox in one pass, so that one person's files do not delay the files of others. */
const filesMax = 100

/**
 * Takes answers that institutions put into `in/` of their folder as .json or .xml, and of a person into `in/PERSON/`.
 * Write access to the folder is what authenticates the sender.
 *
 * The engine takes a file once it is unchanged between two passes; it skips names that begin with a dot. It writes a
 * copy to `done/` or `refused/`, with the problems in a second file, and then deletes the original. Only the engine
 * writes there. It does not use a folder whose path another user can replace, and logs why.
 */
export function startAnswerFolders(options: AnswerFoldersOptions): AnswerFolders {
  const { folders, log, everyMs = 1_000 } = options
  const stopping = new AbortController()
  /** The stamp of each file in the previous pass. */
  let seen = new Map<string, string>()
  const busy = new Set<string>()
  /** The problems last logged for each folder, so that they are logged once and not each second. */
  const logged = new Map<string, string>()
  /** Only passes that are still running: a pass starts each second, and one may hang on a disk while others finish. */
  const passes = new Set<Promise<void>>()

  async function readAll(): Promise<void> {
    const now = new Map<string, string>()
    await Promise.all(
      folders().map(async folder => {
        // A disk that hangs delays its own folder only.
        if (busy.has(folder.folder)) return
        busy.add(folder.folder)
        try {
          await readFolder(folder, now)
        } catch (error) {
          log.warn({ err: error, country: folder.country }, 'Answer folder could not be read; retrying at the next pass')
        } finally {
          busy.delete(folder.folder)
        }
      }),
    )
    seen = now
  }

  async function readFolder(folder: AnswerFolder, now: Map<string, string>): Promise<void> {
    const { inboxes, problems } = await openBankFolder(folder.folder)
    const left = new Set<string>()
    for (const inbox of inboxes) await takeAll(folder, inbox, now, left)
    logProblems(
      folder,
      [...problems, ...[...left].map(why => `${folder.folder}/in: a file ${why}, so the engine leaves it there`)],
      inboxes.length > 0,
    )
  }

  async function takeAll(folder: AnswerFolder, inbox: Inbox, now: Map<string, string>, left: Set<string>): Promise<void> {
    let processed = 0
    for (const name of inbox.names) {
      if (stopping.signal.aborted || processed === filesMax) return
      const path = join(inbox.path, name)
      const stamp = await stampOf(path)
      if (stamp === undefined) continue
      now.set(path, stamp)
      if (seen.get(path) !== stamp) continue
      try {
        const dropped = await readDropped(path, stamp, inbox.isShared)
        if (!dropped) continue
        processed += 1
        await take(folder, dropped, inbox.person)
      } catch (error) {
        if (!(error instanceof FileNotTakenError)) throw error
        left.add(error.message)
      }
    }
  }

  async function take({ country, folder, bic }: AnswerFolder, dropped: DroppedFile, named: string | undefined): Promise<void> {
    const { bytes, path, isTooLarge } = dropped
    // Two spellings of one name are the same person (V17), as in tokens. The operator created the person's folder, and
    // file permissions decide who writes there.
    const person = named?.toLowerCase()
    const sender: AnswerSender = {
      country,
      byFolder: true,
      role: 'institution',
      person: person ?? bic ?? 'files',
      ...(person === undefined ? {} : { proof: formatProof({ by: 'folder', name: person }) }),
    }
    const format = extname(path) === '.xml' ? 'xml' : 'json'
    const outcome: FileOutcome = isTooLarge
      ? {
          taken: false,
          problems: [
            {
              code: 'TOO_LONG',
              path: '',
              message: `the file is larger than ${bytesMax} bytes: only its beginning was stored. Send smaller files`,
            },
          ],
        }
      : await acceptFile(options, { sender, format, bytes }, stopping.signal)
    await storeOutcome(folder, dropped, outcome)
    log.info({ country, taken: outcome.taken }, 'Answer file processed and moved')
  }

  function logProblems({ country, folder }: AnswerFolder, problems: readonly string[], isUsed: boolean): void {
    const joined = problems.join('\n')
    if (joined === (logged.get(folder) ?? '')) return
    logged.set(folder, joined)
    const about = { country, folder, problems }
    if (problems.length === 0) log.info({ country, folder }, 'Answer folder is set up correctly again')
    else if (isUsed) log.warn(about, 'Answer folder: some files or folders are not accepted')
    else log.error(about, 'Answer folder rejected: its path can be replaced by another user')
  }

  const timer = setInterval(() => {
    const begun = readAll().finally(() => passes.delete(begun))
    passes.add(begun)
  }, everyMs)
  return {
    readAll,
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await Promise.all(passes)
    },
  }
}

/**
 * Writes the list of problems, or of items for a person, before the copy; deletes the original once both are on disk.
 */
async function storeOutcome(folder: string, dropped: DroppedFile, outcome: FileOutcome): Promise<void> {
  const target = join(folder, outcome.taken ? 'done' : 'refused')
  const name = `${hash('sha256', dropped.bytes).slice(0, 12)}.${printableNameOf(dropped.path)}`
  const details = outcome.taken ? { attention: outcome.attention } : { problems: outcome.problems }
  const [[suffix, list] = ['', []]] = Object.entries(details)
  if (list.length > 0) await putFile(target, `${name}.${suffix}.json`, `${JSON.stringify(list, undefined, 2)}\n`)
  await putFile(target, name, dropped.bytes)
  await removeDropped(dropped)
}

/** With prefix and suffix, the name must fit into the 255 bytes that file systems allow. */
const stemBytesMax = 150

/** A name that a terminal can show. */
function printableNameOf(path: string): string {
  const extension = extname(path)
  const stem = basename(path, extension).replace(/[^\p{L}\p{M}\p{N}._@+ -]/gu, '_')
  return `${Buffer.from(stem).subarray(0, stemBytesMax).toString().replaceAll('\ufffd', '')}${extension}`
}
