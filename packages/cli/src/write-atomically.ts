import { open, rename, rm } from 'node:fs/promises'
import { Failure } from './terminal.ts'

const portionCharacters = 1 << 18

/**
 * Writes lines to a file that only this user can read, under a temporary name until they are durable. On failure the
 * temporary file is removed, and the old file stays. Throws Failure if the file cannot be written, and whatever the
 * lines throw.
 */
export async function writeAtomically(file: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.part`
  const written = <T>(work: Promise<T>): Promise<T> =>
    work.catch(error => Promise.reject(new Failure(`${file} cannot be written: ${(error as Error).message}`)))
  try {
    await written(rm(draft, { force: true }))
    const handle = await written(open(draft, 'wx', 0o600))
    try {
      for await (const portion of portionsOf(lines)) await written(handle.writeFile(portion))
      await written(handle.sync())
    } finally {
      await handle.close()
    }
    await written(rename(draft, file))
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw error
  }
}

async function* portionsOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let portion = ''
  for await (const line of lines) {
    portion += `${line}\n`
    if (portion.length < portionCharacters) continue
    yield portion
    portion = ''
  }
  yield portion
}
