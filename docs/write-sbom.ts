import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { billOfMaterials, type Lockfile } from './bill-of-materials.ts'
import { writeDocuments } from './write-documents.ts'

// `npm run sbom`: writes docs/sbom.cdx.json of package-lock.json, or with --check compares it: exit 1 when it drifted. It asks nobody.

const lockfile = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as Lockfile
writeDocuments({ 'sbom.cdx.json': `${JSON.stringify(billOfMaterials(lockfile), undefined, 2)}\n` })
