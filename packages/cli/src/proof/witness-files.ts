import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { bytesOfHex, hexOf, type SigningKey, signingKeyOf } from '@holdfast/proof'
import { Failure } from '../terminal.ts'

/** A witness's file is written by one witness at a time, or two could be shown two pasts. Throws Failure where another has it. */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  create(lock, `${process.pid}\n`, `another witness works on ${file}, or one was killed as it did: where none does, remove ${lock}`)
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** The key of a witness, made where there is none. Throws Failure. */
export async function witnessKey(path: string): Promise<{ readonly key: SigningKey; readonly isNew: boolean }> {
  const isNew = !existsSync(path)
  if (isNew) create(path, `${hexOf(randomBytes(32))}\n`, `${path} is there already`)
  const text = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Failure(`${path} is no key of a witness: it must hold 64 hex digits`)
  return { key: await signingKeyOf(bytesOfHex(text)), isNew }
}

/** Adds lines to a witness's file, and resolves once they are on the disk: what it signs it must not forget. */
export function addLines(file: string, lines: readonly object[]): void {
  const opened = openSync(file, 'a', 0o600)
  try {
    writeFileSync(opened, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

function create(path: string, text: string, ifThere: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Failure(code === 'EEXIST' ? ifThere : `${path} can't be written: ${message}`)
  }
}
