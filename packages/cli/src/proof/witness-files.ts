import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { bytesOfHex, hexOf, type SigningKey, signingKeyOf } from '@holdfast/proof'
import { Failure } from '../terminal.ts'

/**
 * Locks a witness's file: two writers could accept two inconsistent histories. Throws Failure if another witness has
 * the lock.
 */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  create(lock, `${process.pid}\n`, `another witness uses ${file}, or one was killed while it did. If none runs, remove ${lock}`)
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Reads the key of a witness, or makes one. Throws Failure. */
export async function witnessKey(path: string): Promise<{ readonly key: SigningKey; readonly isNew: boolean }> {
  const isNew = !existsSync(path)
  if (isNew) create(path, `${hexOf(randomBytes(32))}\n`, `${path} already exists`)
  const text = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Failure(`${path} is not a key of a witness: it must have 64 hex digits`)
  return { key: await signingKeyOf(bytesOfHex(text)), isNew }
}

/** Appends lines to a witness's file. Returns once they are durable: a witness must not forget what it signs. */
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
    throw new Failure(code === 'EEXIST' ? ifThere : `${path} cannot be written: ${message}`)
  }
}
