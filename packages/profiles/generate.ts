import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { printJson } from '../../docs/print-json.ts'
import { writeDocuments } from '../../docs/write-documents.ts'
import { profilesPage } from './page/profiles-page.ts'
import { profileFileSchema } from './src/index.ts'

// Writes docs/profiles.md and docs/profiles.schema.json, or with --check compares them: exit 1 when one drifted.

const { $schema, ...rest } = z.toJSONSchema(profileFileSchema, { target: 'draft-2020-12', io: 'input' })
writeDocuments({
  'profiles.md': profilesPage(readFileSync(join(import.meta.dirname, 'page/example.json'), 'utf8')),
  'profiles.schema.json': `${printJson({ $schema, $id: 'urn:holdfast:schema:profile-file:v1', ...rest })}\n`,
})
