import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes generated documents into `docs` or another folder. With `--check` it only compares them, and exits with 1 if one differs. */
export function writeDocuments(wanted: Readonly<Record<string, string>>, folder = import.meta.dirname): void {
  for (const [name, text] of Object.entries(wanted)) {
    const isCurrent = presentText(join(folder, name)) === text
    if (!process.argv.includes('--check')) {
      if (!isCurrent) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      console.log(`${name}: ${isCurrent ? 'unchanged' : 'written'}`)
    } else if (isCurrent) console.log(`${name} matches its source`)
    else {
      console.error(`${name} differs from its source: run npm run generate`)
      process.exitCode = 1
    }
  }
}

function presentText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
