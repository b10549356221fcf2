import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes documents that are made from code into `docs` or another folder, by their names, or with `--check` compares them: exit 1 when one drifted. */
export function writeDocuments(wanted: Readonly<Record<string, string>>, folder = import.meta.dirname): void {
  for (const [name, text] of Object.entries(wanted)) {
    const isAsWanted = presentText(join(folder, name)) === text
    if (!process.argv.includes('--check')) {
      if (!isAsWanted) writeFileSync(join(folder, name), text)
      console.log(`${name}: ${isAsWanted ? 'unchanged' : 'written'}`)
    } else if (isAsWanted) console.log(`${name} is as its source says`)
    else {
      console.error(`${name} is not what its source says: npm run generate`)
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
