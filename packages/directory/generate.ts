import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { printJson } from '../../docs/print-json.ts'
import { writeDocuments } from '../../docs/write-documents.ts'
import { directoryPage } from './page/directory-page.ts'
import { directoryFileSchema } from './src/directory-file.ts'

// Writes docs/reference/directory-file.md and docs/directory.schema.json. With --check it compares them instead, and exits with 1 on a
// difference.

const { $schema, ...rest } = z.toJSONSchema(directoryFileSchema, { target: 'draft-2020-12', io: 'input' })
writeDocuments({
  'reference/directory-file.md': directoryPage(readFileSync(join(import.meta.dirname, 'page/example.json'), 'utf8')),
  'directory.schema.json': `${printJson({ $schema, $id: 'urn:holdfast:schema:directory:v1', ...rest })}\n`,
})
