import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDocuments } from '../../docs/write-documents.ts'
import { canonicalJsonVectors } from './canonical-json.ts'
import { checkpointVectors } from './checkpoints.ts'
import { encryptedDataVectors } from './encrypted-data.ts'
import { exportVectors } from './exports.ts'
import { factVectors } from './facts.ts'
import { historyVectors } from './histories.ts'
import { idVectors } from './ids.ts'
import { orderVectors } from './orders.ts'
import { requestIdVectors } from './request-ids.ts'
import { signatureVectors } from './signatures.ts'
import { tokenVectors } from './tokens.ts'
import { treeVectors } from './trees.ts'
import { unsignedDigestVectors } from './unsigned-digests.ts'
import { changedIn, textOf } from './vector-file.ts'
import { webhookVectors } from './webhooks.ts'

// Writes the files of docs/vectors, or compares them with --check: exit 1 after drift. An existing vector is never
// overwritten: a changed format gets vectors with new names, and the old ones stay, as recordings do.

const folder = join(import.meta.dirname, '../../docs/vectors')
const kinds = await Promise.all([
  canonicalJsonVectors(),
  idVectors(),
  requestIdVectors(),
  factVectors(),
  unsignedDigestVectors(),
  historyVectors(),
  tokenVectors(),
  webhookVectors(),
  treeVectors(),
  checkpointVectors(),
  exportVectors(),
  encryptedDataVectors(),
  signatureVectors(),
  orderVectors(),
])

const isChecking = process.argv.includes('--check')
const changed = kinds.flatMap(kind => {
  const path = join(folder, `${kind.kind}.json`)
  return !isChecking && existsSync(path) ? changedIn(readFileSync(path, 'utf8'), kind).map(name => `${kind.kind}: ${name}`) : []
})
if (changed.length > 0) {
  console.error(`These published vectors would change, so nothing was written:\n  ${changed.join('\n  ')}`)
  console.error('Keep them and add new ones. If the file was never released, delete it first.')
  process.exitCode = 1
} else {
  const files = Object.fromEntries(kinds.map(kind => [`${kind.kind}.json`, textOf(kind)]))
  const sums = Object.entries(files).map(([name, text]) => `${hash('sha256', text)}  ${name}\n`)
  writeDocuments({ ...files, SHA256SUMS: sums.join('') }, folder)
}
