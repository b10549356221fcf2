import { hash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { AnswerFolder } from '@holdfast/directory'
import { type MemberActor, personSchema } from '@holdfast/schemas'
import type { Logger, Running } from '@holdfast/service-kit'
import { type FileOfAnswers, type FileTakingDependencies, type TakenFile, takeFile } from './take-file.ts'

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

/** As the HTTP door takes. */
const bytesMax = 262_144
/** Of one person's folder in one look, so that one who drops ten thousand does not keep the others waiting. */
const filesMax = 100

interface Waiting {
  readonly path: string
  readonly name: string
  readonly sender: MemberActor
}

/**
 * Takes answers that institutions put into `in/` of their folder as .json or .xml, by person in `in/PERSON/`. Who may write there speaks for the institution. A file is taken once it
 * has stayed as it is from one look to the next; names that begin with a dot are not looked at. It goes to `done/`, or to `refused/` with what is wrong beside it.
 */
export function startAnswerFolders(options: AnswerFoldersOptions): AnswerFolders {
  const { folders, log, everyMs = 1_000 } = options
  const stopping = new AbortController()
  /** How each file looked at the look before. */
  let seen = new Map<string, string>()
  const busy = new Set<string>()
  let looking: Promise<unknown> = Promise.resolve()

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
    for (const name of ['in', 'done', 'refused']) await mkdir(join(folder.folder, name)).catch(passOver('EEXIST'))
    for (const waiting of await filesIn(folder)) {
      if (stopping.signal.aborted) return
      const stamp = await stampOf(waiting.path)
      if (stamp === undefined) continue
      now.set(waiting.path, stamp)
      if (seen.get(waiting.path) === stamp) await take(folder.folder, waiting)
    }
  }

  async function take(folder: string, { path, name, sender }: Waiting): Promise<void> {
    const bytes = await bytesOf(path)
    if (bytes === undefined) return
    const format = extname(name) === '.xml' ? 'xml' : 'json'
    const outcome: TakenFile =
      bytes.length > bytesMax
        ? { taken: false, problems: [{ path: '', message: `larger than ${bytesMax} bytes` }] }
        : await takeFile(options, { sender, format, bytes } satisfies FileOfAnswers, stopping.signal)
    await putAway(folder, path, `${hash('sha256', bytes).slice(0, 12)}.${name}`, outcome)
    log.info({ country: sender.country, taken: outcome.taken }, 'a file with answers was put away')
  }

  const timer = setInterval(() => {
    looking = Promise.all([looking, look()])
  }, everyMs)
  return {
    look,
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await looking
    },
  }
}

/** What is wrong, or left to a person, stands beside the file before the file is there. One that is gone was taken by another process, which made the same of it. */
async function putAway(folder: string, path: string, name: string, outcome: TakenFile): Promise<void> {
  const place = join(folder, outcome.taken ? 'done' : 'refused')
  const beside = outcome.taken ? { attention: outcome.attention } : { problems: outcome.problems }
  const [[word, list] = ['', []]] = Object.entries(beside)
  if (list.length > 0) await writeFile(join(place, `${name}.${word}.json`), `${JSON.stringify(list, undefined, 2)}\n`)
  await rename(path, join(place, name)).catch(passOver('ENOENT'))
}

async function filesIn({ folder, country, bic }: AnswerFolder): Promise<Waiting[]> {
  const found: Waiting[] = []
  const collect = async (place: string, person: string) => {
    const entries = await readdir(place, { withFileTypes: true })
    const files = entries.filter(entry => entry.isFile() && !entry.name.startsWith('.') && ['.json', '.xml'].includes(extname(entry.name)))
    for (const { name } of files.slice(0, filesMax))
      found.push({ path: join(place, name), name, sender: { country, role: 'institution', person } })
    return entries.filter(entry => entry.isDirectory() && personSchema.safeParse(entry.name).success).map(({ name }) => name)
  }
  for (const person of await collect(join(folder, 'in'), bic ?? 'files')) await collect(join(folder, 'in', person), person)
  return found
}

async function stampOf(path: string): Promise<string | undefined> {
  const stat = await lstat(path).catch(passOver('ENOENT'))
  return stat && `${stat.ino} ${stat.size} ${stat.mtimeMs}`
}

/** Never through a link: whoever can write into the folder would have the engine read what it can't. One byte more than may be there shows that there is more. */
async function bytesOf(path: string): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(passOver('ENOENT', 'ELOOP'))
  if (!file) return undefined
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(bytesMax + 1), 0, bytesMax + 1, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const passOver =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? '')) throw error
  }
