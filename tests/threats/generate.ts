import { writeDocuments } from '../../docs/write-documents.ts'
import { threatPage, threatPagePath } from './threat-page.ts'

// `node tests/threats/generate.ts [--check]`: writes docs/explain/threat-model.md, or exits with 1 after drift.

writeDocuments({ [threatPagePath]: threatPage() })
