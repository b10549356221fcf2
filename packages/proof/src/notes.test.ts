import { createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOfHex, bytesOfText, hexOf } from './bytes.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { cosign, cosignedAt } from './cosignature.ts'
import { isSignedBy, readVerifierKey, signatureTypes, signingKeyOf, signNote, writeVerifierKey } from './keys.ts'
import { readNote, writeNote } from './note.ts'
import { engineNameOf, readTreeOrigin, treeOriginOf } from './origins.ts'

const unwrap = <T>(read: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (!read.ok) throw new Error(read.error)
  return read.value
}
const log = await signingKeyOf(new Uint8Array(32).fill(7))
const witness = await signingKeyOf(new Uint8Array(32).fill(8))
const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'

test('a seed is the key of RFC 8032 (section 7.1, test 1), and signs as it does there', async () => {
  const key = await signingKeyOf(bytesOfHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'))
  expect(hexOf(key.publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
  expect(hexOf(await key.sign(new Uint8Array()))).toBe(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  )
})

describe('signed notes', () => {
  // The example of golang.org/x/mod/sumdb/note, which the format comes from.
  const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const published =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

  test('the published one is read, written back and verified by the published key', async () => {
    const key = unwrap(readVerifierKey(vkey))
    const note = unwrap(readNote(published))
    expect(writeVerifierKey(key)).toBe(vkey)
    expect(writeNote(note)).toBe(published)
    expect(await isSignedBy(note, key)).toBe(true)
    expect(await isSignedBy({ ...note, text: note.text.replace('answer', 'Answer') }, key)).toBe(false)
  })

  test('a key with a wrong id is refused', () => {
    expect(readVerifierKey(vkey.replace('c74f20a3', 'c74f20a4'))).toEqual({
      ok: false,
      error: 'its id is not that of the key: it was changed',
    })
  })

  test('Node verifies the signatures of this package', async () => {
    const note = await signNote(text, 'example.com/log', log)
    const key = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(log.publicKey).toString('base64url') },
    })
    expect(verify(null, bytesOfText(text), key, note.signatures[0]?.bytes as Uint8Array)).toBe(true)
  })

  test('an invalid signature of a key makes the note invalid despite a valid one, and that of an unknown key has no effect', async () => {
    const name = 'example.com/log'
    const key = { name, type: signatureTypes.ed25519, publicKey: log.publicKey }
    const note = await signNote(text, name, log)
    const [right] = note.signatures
    if (!right) throw new Error('it has a signature')
    const wrong = { ...right, bytes: right.bytes.map(byte => byte ^ 1) }
    const strangers = (await signNote(text, 'example.com/other', witness)).signatures
    expect(await isSignedBy({ text, signatures: [right, ...strangers] }, key)).toBe(true)
    expect(await isSignedBy({ text, signatures: [right, wrong] }, key)).toBe(false)
    expect(await isSignedBy({ text, signatures: strangers }, key)).toBe(false)
  })

  test.each([
    ['no signature', `${text}\n`],
    ['no empty line', text],
    ['a carriage return', `${text.replace('\n', '\r\n')}\n— a AAAAAAAA\n`],
    ['a name with a plus', `${text}\n— a+b AAAAAAAA\n`],
    ['non-canonical base64', `${text}\n— a AAAAAAB=\n`],
    ['a text that is longer than any checkpoint', `${'x'.repeat(100_000)}\n\n— a AAAAAAAA\n`],
    ['more signatures than there are witnesses', `${text}\n${'— a AAAAAAAA\n'.repeat(65)}`],
    ['text after the signatures', `${text}\n— a AAAAAAAA\nand more`],
  ])('%s is not a note', (_, note) => {
    expect(readNote(note).ok).toBe(false)
  })

  test('a written note is parsed unchanged', () => {
    const name = fc.stringMatching(/^[a-z/.0-9-]{1,40}$/)
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const line = fc.stringMatching(/^[ -~é—]{0,60}$/)
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), name, bytes(4), bytes(64), (lines, signer, keyId, made) => {
        const note = { text: lines.map(each => `${each}\n`).join(''), signatures: [{ name: signer, keyId, bytes: made }] }
        expect(readNote(writeNote(note))).toEqual({ ok: true, value: note })
      }),
      { numRuns: 300, seed: 20240723 },
    )
  })
})

describe('checkpoints', () => {
  test('the published one is read and written back', () => {
    const checkpoint = unwrap(readCheckpoint(text))
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163, extensions: [] })
    expect(writeCheckpoint(checkpoint)).toBe(text)
  })

  test.each([
    text.replace('20852163', '020852163'),
    text.replace('20852163', '-1'),
    text.replace('20852163', '99999999999999999'),
    text.replace('CsUY', ''),
    text.slice(0, -1),
    `${text}\n`,
    `\n${text}`,
  ])('%j is not a checkpoint', written => {
    expect(readCheckpoint(written).ok).toBe(false)
  })

  test('the name of a log has engine, ledger, tree and partition in one canonical form', () => {
    const origin = { engine: engineNameOf(log.publicKey), ledger: 2, tree: 1, partition: 3 }
    expect(treeOriginOf(origin)).toMatch(/^holdfast\/[0-9a-f]{32}\/ledger-2\/tree-1\/partition-3$/)
    expect(readTreeOrigin(treeOriginOf(origin))).toEqual(origin)
    expect(readTreeOrigin(treeOriginOf(origin).replace('tree-1', 'tree-01'))).toBeUndefined()
    expect(readTreeOrigin('example.com/behind-the-sofa')).toBeUndefined()
  })
})

describe('cosignatures', () => {
  const name = 'witness.example.com/w1'
  const key = { name, type: signatureTypes.cosignature, publicKey: witness.publicKey }
  const at = new Date('2023-03-20T12:25:47Z')

  test('a witness signs the message of c2sp.org/tlog-cosignature, its time before it', async () => {
    const { bytes } = await cosign(text, name, witness, at)
    const time = Buffer.from(bytes.subarray(0, 8))
    expect(time.readBigUInt64BE()).toBe(1679315147n)
    const publicKey = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(witness.publicKey).toString('base64url') },
    })
    expect(verify(null, bytesOfText(`cosignature/v1\ntime 1679315147\n${text}`), publicKey, bytes.subarray(8))).toBe(true)
  })

  test('is verified by the key of its witness, and refused with another text or time', async () => {
    const note = await signNote(text, 'example.com/behind-the-sofa', log)
    const cosigned = { text, signatures: [...note.signatures, await cosign(text, name, witness, at)] }
    expect(await cosignedAt(unwrap(readNote(writeNote(cosigned))), key)).toEqual(at)
    expect(await cosignedAt({ ...cosigned, text: text.replace('2085', '2086') }, key)).toBeUndefined()
    const later = cosigned.signatures.map(each => ({ ...each, bytes: each.bytes.map((byte, i) => (i === 7 ? byte + 1 : byte)) }))
    expect(await cosignedAt({ text, signatures: later }, key)).toBeUndefined()
    // As for a log: an invalid signature makes the note invalid despite a valid one, in any order.
    expect(await cosignedAt({ text, signatures: [...cosigned.signatures, ...later] }, key)).toBeUndefined()
    expect(await cosignedAt(note, key)).toBeUndefined()
  })
})
