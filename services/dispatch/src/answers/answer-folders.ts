import { hash } from 'node:crypto'
import { basename, extname, join } from 'node:path'
import type { AnswerFolder } from '@holdfast/directory'
import type { Logger, Running } from '@holdfast/runtime'
import { formatProof } from '@holdfast/schemas'
import { putFile } from '../folders/put-file.ts'
import { type Inbox, openBankFolder } from './bank-folder.ts'
import { bytesMax, type DroppedFile, FileNotTakenError, readDropped, removeDropped, stampOf } from './dropped-file.ts'
import type { AnswerSender } from './matched-answer.ts'
import { type FileTakingDependencies, type TakenFile, takeFile } from './take-file.ts'

export interface AnswerFolders extends Running {
  /** Looks through every folder once. */
  look(): Promise<void>
}

export type AnswerFoldersOptions = FileTakingDependencies & {
  /** As the directory has them now. */
  readonly folders: () => readonly AnswerFolder[]
  readonly log: Logger
  readonly everyMs?: number
}

/** Of one person's folder in one look, so that one who drops ten thousand does not keep the others waiting. */
const filesMax = 100

/**
 * Takes answers that institutions put into `in/` of their folder as .json or .xml, by person in `in/PERSON/`. Who may write there speaks for the institution. A file is taken once it
 * has stayed as it is from one look to the next; names that begin with a dot are not looked at. A copy goes to `done/`, or to `refused/` with what is wrong beside it, where only the
 * engine writes, and then it is taken out of `in/`. A folder that somebody else can turn aside is not used, and the log says why.
 */
export function startAnswerFolders(options: AnswerFoldersOptions): AnswerFolders {
  const { folders, log, everyMs = 1_000 } = options
  const stopping = new AbortController()
  /** How each file looked at the look before. */
  let seen = new Map<string, string>()
  const busy = new Set<string>()
  /** What was last said of each folder: its problems stand in the log once, not each second. */
  const said = new Map<string, string>()
  /** Those under way alone: each second begins another one, and where a disk hangs others begin and end meanwhile. */
  const looks = new Set<Promise<void>>()

  async function look(): Promise<void> {
    const now = new Map<string, string>()
    await Promise.all(
      folders().map(async folder => {
        // A disk that hangs keeps its own folder waiting and no other.
        if (busy.has(folder.folder)) return
        busy.add(folder.folder)
        try {
          await lookInto(folder, now)
        } catch (error) {
          log.warn({ err: error, country: folder.country }, 'a folder with answers could not be looked through')
        } finally {
          busy.delete(folder.folder)
        }
      }),
    )
    seen = now
  }

  async function lookInto(folder: AnswerFolder, now: Map<string, string>): Promise<void> {
    const { inboxes, problems } = await openBankFolder(folder.folder)
    const left = new Set<string>()
    for (const inbox of inboxes) await takeAll(folder, inbox, now, left)
    tellProblems(folder, [...problems, ...[...left].map(why => `${folder.folder}/in: a file ${why} and is left there`)], inboxes.length > 0)
  }

  async function takeAll(folder: AnswerFolder, inbox: Inbox, now: Map<string, string>, left: Set<string>): Promise<void> {
    let taken = 0
    for (const name of inbox.names) {
      if (stopping.signal.aborted || taken === filesMax) return
      const path = join(inbox.path, name)
      const stamp = await stampOf(path)
      if (stamp === undefined) continue
      now.set(path, stamp)
      if (seen.get(path) !== stamp) continue
      try {
        const dropped = await readDropped(path, stamp, inbox.isShared)
        if (!dropped) continue
        taken += 1
        await take(folder, dropped, inbox.person)
      } catch (error) {
        if (!(error instanceof FileNotTakenError)) throw error
        left.add(error.message)
      }
    }
  }

  async function take({ country, folder, bic }: AnswerFolder, dropped: DroppedFile, named: string | undefined): Promise<void> {
    const { bytes, path, isTooLarge } = dropped
    // Two spellings of one name are one person (V17), as in tokens. Whoever runs the engine made the folder of a person, and the disk says who writes there.
    const person = named?.toLowerCase()
    const sender: AnswerSender = {
      country,
      byFolder: true,
      role: 'institution',
      person: person ?? bic ?? 'files',
      ...(person === undefined ? {} : { proof: formatProof({ by: 'folder', name: person }) }),
    }
    const format = extname(path) === '.xml' ? 'xml' : 'json'
    const outcome: TakenFile = isTooLarge
      ? { taken: false, problems: [{ code: 'TOO_LONG', path: '', message: `larger than ${bytesMax} bytes, of which the first are kept` }] }
      : await takeFile(options, { sender, format, bytes }, stopping.signal)
    await putAway(folder, dropped, outcome)
    log.info({ country, taken: outcome.taken }, 'a file with answers was put away')
  }

  function tellProblems({ country, folder }: AnswerFolder, problems: readonly string[], isUsed: boolean): void {
    const saying = problems.join('\n')
    if (saying === (said.get(folder) ?? '')) return
    said.set(folder, saying)
    const about = { country, folder, problems }
    if (problems.length === 0) log.info({ country, folder }, 'a folder with answers is as it has to be again')
    else if (isUsed) log.warn(about, 'of a folder with answers not everything can be taken')
    else log.error(about, 'a folder with answers is not used: others could turn it aside')
  }

  const timer = setInterval(() => {
    const begun = look().finally(() => looks.delete(begun))
    looks.add(begun)
  }, everyMs)
  return {
    look,
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await Promise.all(looks)
    },
  }
}

/** What is wrong, or left to a person, stands beside the copy before the copy is there; and that is on disk before the file is taken away. */
async function putAway(folder: string, dropped: DroppedFile, outcome: TakenFile): Promise<void> {
  const place = join(folder, outcome.taken ? 'done' : 'refused')
  const name = `${hash('sha256', dropped.bytes).slice(0, 12)}.${printableNameOf(dropped.path)}`
  const beside = outcome.taken ? { attention: outcome.attention } : { problems: outcome.problems }
  const [[word, list] = ['', []]] = Object.entries(beside)
  if (list.length > 0) await putFile(place, `${name}.${word}.json`, `${JSON.stringify(list, undefined, 2)}\n`)
  await putFile(place, name, dropped.bytes)
  await removeDropped(dropped)
}

/** So that with what stands before and behind it the name fits into the 255 bytes that a name may have. */
const stemBytesMax = 150

/** A name that a terminal can show. */
function printableNameOf(path: string): string {
  const extension = extname(path)
  const stem = basename(path, extension).replace(/[^\p{L}\p{M}\p{N}._@+ -]/gu, '_')
  return `${Buffer.from(stem).subarray(0, stemBytesMax).toString().replaceAll('\ufffd', '')}${extension}`
}
