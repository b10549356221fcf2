import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

// `npm start` calls this first: the page is built where it is not, or where its sources are newer; `npm run build -w packages/desk-web` builds it in any case.

const root = fileURLToPath(new URL('.', import.meta.url))
const dist = join(root, 'dist')
/** What the page is made of, beside its third-party packages. */
const sources = ['src', 'index.html', 'vite.config.ts', 'package.json', '../../package-lock.json', '../../schemas/src', '../trust/src']

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

/** Once here, and not again for each reader. Fonts and pictures are compressed already. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!/\.(js|css|svg)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path)
    writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }))
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
  }
}

/** Of whoever builds; the number of its process stands in it. */
const lock = join(root, 'dist.lock')
/** Built here first, so that nobody is ever served half of a page, and what fails leaves the page that was there. */
const building = join(root, 'dist.building')
const lookMs = 100

/** Whether this process may build now: another one that lives may be at it. */
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
    // It died as it built. Who is there and may not be asked lives; a lock that is gone by now is free.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') rmSync(lock, { force: true })
  }
  return false
}

async function buildPage(): Promise<void> {
  const began = performance.now()
  console.log('The page of the desk is being built …')
  // Vite would take what it was started with: of a test runner that is React for developers, twice as large and many times slower.
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
    // Another one may have built it meanwhile.
    if (isWanted()) await buildPage()
  } finally {
    rmSync(lock, { force: true })
  }
}
