import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from '@holdfast/test-kit/start-process'
import { expect } from 'vitest'

const docs = join(import.meta.dirname, '../../../docs')

export interface CodeBlock {
  readonly language: string
  /** The first line of the block in its page. */
  readonly line: number
  readonly text: string
}

export interface Page {
  /** Takes the next block of a language that contains a text. The test runs it, or compares it with what it describes. */
  take(language: string, containing?: string): CodeBlock
  /** Fails if the test has not taken every block. */
  expectEachTaken(): void
}

/** The code blocks of a page of `docs`, for the test that runs them. */
export function openPage(path: string): Page {
  const left = codeBlocks(readFileSync(join(docs, path), 'utf8'))
  return {
    take(language, containing = '') {
      const index = left.findIndex(block => block.language === language && block.text.includes(containing))
      const [block] = index < 0 ? [] : left.splice(index, 1)
      if (block === undefined) throw new Error(`docs/${path} has no ${language} block that contains: ${containing}`)
      return block
    },
    expectEachTaken() {
      expect(left.map(({ language, line, text }) => `docs/${path}:${line} ${language}: ${text.split('\n')[0]}`)).toEqual([])
    },
  }
}

/** The fenced code blocks of a page. Diagrams are pictures, not samples. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^( *)```([^\n]*)\n([\s\S]*?)^\1```$/gm)]
    .map(({ 1: indent = '', 2: info = '', 3: text = '', index }) => ({
      language: info.trim().split(/[\s{]/)[0] ?? '',
      line: markdown.slice(0, index).split('\n').length + 1,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }))
    .filter(({ language }) => language !== 'mermaid')
}

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs commands of a page in one shell, as a reader would, and returns what they printed. */
export function runShell(commands: string, options: { cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number }): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const shell = startProcess('bash', ['-e', '-o', 'pipefail', '-c', commands], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
    })
    let stdout = ''
    let stderr = ''
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    shell.on('error', reject)
    shell.on('close', code => resolve({ code, stdout, stderr }))
  })
}
