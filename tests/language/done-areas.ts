/** What follows the glossary already: nothing that is avoided may come back here. A folder ends in a slash. */
const doneAreas: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/index.md',
  'docs/start/',
  'docs/adopt/',
  'docs/adr/',
  'tests/language/',
]

/** Files that hold the avoided wordings themselves. */
export const wordLists: readonly string[] = ['tests/language/avoided.ts', 'tests/language/language.test.ts']

/** Whether the glossary already holds for a file. */
export const isDone = (file: string): boolean => doneAreas.some(area => (area.endsWith('/') ? file.startsWith(area) : file === area))
