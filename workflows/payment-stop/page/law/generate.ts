import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { printJson } from '../../../../docs/print-json.ts'
import { writeDocuments } from '../../../../docs/write-documents.ts'
import { profileFileSchema } from '../../src/law/index.ts'
import { profilesPage } from './profiles-page.ts'

// Writes docs/reference/profiles.md and docs/profiles.schema.json. With --check it compares them instead, and exits with 1 on a
// difference.

const { $schema, ...rest } = z.toJSONSchema(profileFileSchema, { target: 'draft-2020-12', io: 'input' })
writeDocuments({
  'reference/profiles.md': profilesPage(readFileSync(join(import.meta.dirname, 'example.json'), 'utf8')),
  'profiles.schema.json': `${printJson({ $schema, $id: 'urn:holdfast:schema:profile-file:v1', ...rest })}\n`,
})
