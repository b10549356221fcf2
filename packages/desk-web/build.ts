import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

// Called by `npm start`: builds the page if it is missing or older than its sources. `npm run build -w
// packages/desk-web` always builds it.

const root = fileURLToPath(new URL('.', import.meta.url))
const dist = join(root, 'dist')
/** The sources of the page, without its third-party packages. */
const sources = [
  'src',
  'catalogs',
  'index.html',
  'vite.config.ts',
  'package.json',
  '../../package-lock.json',
  '../../schemas/src',
  '../../workflows/payment-stop/src/language',
  '../trust/src',
]

/** The newest change below a path, in milliseconds since 1970. */
function newestMs(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => newestMs(join(path, name))))
}

function isBuilt(): boolean {
  const builtMs = statSync(join(dist, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return sources.every(source => newestMs(join(root, source)) < builtMs)
}

/** Compresses once, not for each reader. Fonts and pictures are already compressed. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!/\.(js|css|svg)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path)
    writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }))
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
  }
}

/** The lock of the building process, with its process id. */
const lock = join(root, 'dist.lock')
/**
 * The build goes to its own folder first, so that no client gets half of a page and a failed build keeps the old one.
 */
const building = join(root, 'dist.building')
const lookMs = 100

/** Whether this process may build now: another live process may be building. */
function mayBuild(): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
  } catch (error) {
    // The builder died. A process that we may not signal is alive; a lock that is gone is free.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') rmSync(lock, { force: true })
  }
  return false
}

async function buildPage(): Promise<void> {
  const began = performance.now()
  console.log('The page of the desk is being built …')
  // Vite would use the environment of its caller. In a test runner that is the development build of React, twice as
  // large and many times slower.
  // biome-ignore lint/style/noProcessEnv: it is set for Vite, and not read
  process.env.NODE_ENV = 'production'
  await build({ root, logLevel: 'warn', build: { outDir: building, emptyOutDir: true } })
  compress(building)
  rmSync(dist, { recursive: true, force: true })
  renameSync(building, dist)
  console.log(`The page of the desk is built: ${Math.ceil((performance.now() - began) / 1000)} s`)
}

const isWanted = () => !process.argv.includes('--if-newer') || !isBuilt()
if (isWanted()) {
  while (!mayBuild()) await pause(lookMs)
  try {
    // Another process may have built it meanwhile.
    if (isWanted()) await buildPage()
  } finally {
    rmSync(lock, { force: true })
  }
}
