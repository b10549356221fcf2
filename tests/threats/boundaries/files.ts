import type { Boundary } from '../threat.ts'

export const files: Boundary = {
  title: 'Engine ↔ its files, backup and restore',
  threats: [
    {
      stride: 'S',
      threat: 'a second engine writes the same file',
      control: 'A kernel lock refuses it.',
      code: ['packages/sqlite/src/open-exclusively.ts'],
      tests: [['tests/faults/embedded-killed.test.ts', 'a second engine on the same folder is refused with the reason']],
    },
    {
      stride: 'S',
      threat: 'a reader of the engine secret creates sessions of any person',
      control: "Only the engine's user can read it. A new secret ends all sessions.",
      code: [
        'packages/trust/src/engine-secret.ts',
        'packages/runtime/src/files/private-files.ts',
        'packages/trust/src/sessions/document-cipher.ts',
      ],
      tests: [
        ['packages/runtime/src/files/private-files.test.ts', 'a service makes its folder and all files in it private, whatever its umask'],
        ['packages/trust/src/sessions/sessions.test.ts', 'of another engine, for another purpose, or of a country that has left is none'],
      ],
      notCovered: 'sessions, ids, cursors and pseudonyms share one secret',
    },
    {
      stride: 'S',
      threat: 'an attacker puts a key into the registry',
      control: 'Private keys, duplicates and errors are refused. The previous registry stays in force.',
      code: ['packages/trust/src/registry/members.ts', 'packages/access/src/watch-registries.ts'],
      tests: [
        ['packages/trust/src/registry/members.test.ts', 'every problem of a registry is named with its place'],
        [
          'packages/access/src/watch-registries.test.ts',
          'an invalid file locks out no principal, and the log says that the last valid one stays in force',
        ],
      ],
      notCovered: 'the file is not signed: its writer can act for every country',
    },
    {
      stride: 'S',
      threat: 'one key is registered for different persons, spellings or countries',
      control: 'Only the canonical spelling is accepted, and keys are compared by their bytes.',
      code: ['packages/trust/src/registry/key-numbers.ts', 'packages/trust/src/registry/ed25519-order.ts'],
      tests: [
        [
          'packages/trust/src/registry/key-owners.test.ts',
          'in another spelling is not another person: each spelling but the canonical one is refused',
          'has one entry: under two names, of different persons or in two countries it is refused',
        ],
        [
          'packages/trust/src/tokens/dpop.test.ts',
          'is taken with its key in canonical base64url, and with no other of the four spellings of it',
        ],
      ],
      notCovered: 'a person with two keys',
    },
    {
      stride: 'T',
      threat: 'the main file is damaged, or replaced by an older copy',
      control: 'The engine checks all hashes at start and daily, and stores high watermarks. Errors name the file and the recovery.',
      code: [
        'packages/runtime/src/backends/open-main-file.ts',
        'packages/runtime/src/health/check-ledger.ts',
        'packages/streams/src/embedded/high-watermarks.ts',
      ],
      tests: [
        [
          'packages/runtime/src/backends/open-main-file.test.ts',
          '16 kB of garbage inside prevent the start, and the error names the file and the way to recover',
        ],
        [
          'packages/runtime/src/health/check-ledger.test.ts',
          'changed, missing and unreadable facts are reported with the file and the way to recover',
        ],
        ['packages/streams/src/embedded/embedded-streams.test.ts', 'detect the loss also when the file is an older copy or is missing'],
      ],
      notCovered: "a writer with the engine's permissions can invent a whole history, or remove main file and watermark file together",
    },
    {
      stride: 'T',
      threat: 'a backup is changed, cut, or restored over a history',
      control: 'Restore checks hashes and completeness first, and writes only to an empty engine.',
      code: ['packages/cli/src/backup/ledger-copy.ts', 'packages/cli/src/backup/restore.ts'],
      tests: [
        [
          'packages/cli/src/backup/backup.test.ts',
          'in which a fact was changed is not restored, and nothing is written',
          'that is incomplete is not restored, and nothing is written',
          'is restored to an empty engine only, and is readable by its user only',
        ],
      ],
      notCovered: 'a backup is not signed: an invented one with valid hashes is restored',
    },
    {
      stride: 'T',
      threat: 'a restore is interrupted, and a part looks like the whole ledger',
      control: 'A record marks the restore until it is complete. Services do not start before.',
      code: ['packages/runtime/src/partitions/partition-record.ts'],
      tests: [
        [
          'packages/cli/src/backup/interrupted-restore.test.ts',
          'has written a part of the ledger, and no service starts on it',
          'continues with the same file, and the engine starts with every fact',
        ],
      ],
      notCovered: 'a restore by an earlier version left no record',
    },
    {
      stride: 'T',
      threat: 'the engine secret, master keys or data keys are lost or replaced',
      control: 'Each start compares them with the ledger.',
      code: ['packages/service-kit/src/identity/secret-of-engine.ts', 'packages/service-kit/src/identity/compare-keys.ts'],
      tests: [
        [
          'packages/service-kit/src/identity/compare-keys.test.ts',
          'is detected even if a thousand newer facts are all of requests whose keys it has',
          'is detected if it has keys that were destroyed since',
        ],
        [
          'tests/journeys/what-belongs-together.test.ts',
          'does not start without the engine secret, because a repeat would become a second request',
          'does not start without its master keys, or with other keys under the same id',
          'does not start without its data keys, or with an older copy, until they are restored',
        ],
      ],
      notCovered: 'keys of commands that are neither decided nor held',
    },
    {
      stride: 'T',
      threat: 'compiled code is put where the engine loads it',
      control: 'A cache folder that others can write is not used.',
      code: ['packages/runtime/src/files/keep-compiled.ts'],
      tests: [['packages/runtime/src/files/keep-compiled.test.ts', 'a folder that others can write is not used for compiled code']],
      notCovered: 'sources and `node_modules`, which the installer must protect ([bill of materials](../contributing/dependencies.md))',
    },
    {
      stride: 'T',
      threat: 'an encrypted field is moved, or its digest changed',
      control: 'It is bound to request, command and field. Decryption compares the digest. A wrong field stays encrypted and is logged.',
      code: ['packages/encryption/src/encrypted-values.ts', 'packages/encryption/src/personal-data-cipher.ts'],
      tests: [
        [
          'packages/encryption/src/personal-data-cipher.test.ts',
          'that was moved to another command, fact or field of its request is not decrypted, and is reported',
          'whose digest does not match its values is reported, and reading it does not throw',
        ],
      ],
      notCovered: 'fields encrypted by earlier versions are bound to their request alone',
    },
    {
      stride: 'I',
      threat: 'erased personal data or an actor is guessed from a signature or pseudonym',
      control:
        "Signatures and actors are encrypted under the request's key. Pseudonyms need the engine secret ([ADR 62](../adr/0062-replace-actors-by-pseudonyms.md)).",
      code: [
        'schemas/src/encrypted/signed.ts',
        'packages/encryption/src/personal-data-cipher.ts',
        'packages/encryption/src/keyed-digests.ts',
        'schemas/src/encrypted/encrypted-actor.ts',
      ],
      tests: [
        [
          'tests/journeys/signed-events.test.ts',
          'are encrypted with it, and dual approval still recognises the same command',
          'can be verified by readers of the personal data and are erased with it; only the fact of signing remains',
        ],
        [
          'packages/encryption/src/acting.test.ts',
          'of an actor, proved by %s, the side is left, and how it was proved: the rest needs the key',
          'after the keys of a request are destroyed, no actor is named, new actors get pseudonyms, and personal data is refused',
        ],
        [
          'tests/journeys/actor-pseudonyms.test.ts',
          'are named in no other data of an engine',
          'are anonymous once the keys of the request are destroyed, and their facts still verify',
        ],
      ],
      notCovered:
        'a holder of the engine secret can test pseudonyms; a handover without a request; earlier exports; ingress topics until their retention ends',
    },
    {
      stride: 'I',
      threat: 'another user of the machine reads files, keys or a backup',
      control: 'Files have 0600, folders 0700 and the process umask 077.',
      code: ['packages/runtime/src/files/private-files.ts', 'packages/trust/src/publish-file.ts', 'packages/cli/src/backup/backup.ts'],
      tests: [
        ['packages/runtime/src/files/private-files.test.ts', 'a service makes its folder and all files in it private, whatever its umask'],
        ['packages/cli/src/backup/backup.test.ts', 'is readable by its user only, because it holds names and accounts'],
        [
          'packages/trust/src/registry/members.test.ts',
          'the private keys are for the owner of the process alone and are not in the registry',
        ],
      ],
      notCovered: '[plaintext](encryption.md) in orders, notifications and Kafka messages while they stay: encrypt the disks',
    },
    {
      stride: 'I',
      threat: 'a free text survives erasure because it was never encrypted',
      control: 'Every free text in the schemas is encrypted or a named exception.',
      code: ['workflows/payment-stop/src/language/events/encrypted-commands.ts'],
      tests: [
        [
          'workflows/payment-stop/src/language/events/free-texts.test.ts',
          'is encrypted in the command %s',
          'is encrypted in the fact %s',
          'is encrypted in the work event %s',
        ],
      ],
      notCovered: 'the case reference; authority and reference of an erasure order',
    },
    {
      stride: 'I',
      threat: 'a backup, dead letter or parked record reveals encrypted data',
      control: 'Records are copied as stored, never decrypted. A parked record omits the error message.',
      code: ['packages/cli/src/backup/backup.ts', 'packages/streams/src/lasting-fault.ts'],
      tests: [
        [
          'tests/journeys/encrypted-backup.test.ts',
          'a backup by "holdfast backup" contains no plaintext of an encrypted request and can be read with its keys only',
        ],
        [
          'tests/journeys/encrypted-projection.full.test.ts',
          'no encrypted text of a story is in the projection’s file or log, although every party has read it',
        ],
        [
          'packages/request-state/src/parked-requests.test.ts',
          'is parked without the message of the error where the fact holds encrypted personal data: the topic is permanent',
        ],
      ],
      notCovered: 'dead letters of requests, answers and orders are plaintext; an error may reveal data of a state',
    },
    {
      stride: 'D',
      threat: 'the keys are flushed, and useless services look ready',
      control: 'Readiness requests a key.',
      code: ['packages/service-kit/src/identity/keys-probe.ts'],
      tests: [
        [
          'tests/journeys/what-belongs-together.test.ts',
          'an engine whose key Redis was flushed is not ready and logs it, also after a restart',
        ],
      ],
    },
    {
      stride: 'D',
      threat: 'the disk is filled',
      control: 'Endpoints close in two steps: first for new requests, then for all input.',
      code: ['packages/runtime/src/health/storage-watch.ts'],
      tests: [
        ['packages/runtime/src/health/storage-watch.test.ts', 'input stops in two steps as the disk fills, and resumes'],
        ['packages/http/src/admit.test.ts', 'new requests are refused, commands and reads are not, and readiness reports it'],
      ],
      notCovered: 'disk space is for the operator, because the ledger is kept for ever',
    },
    {
      stride: 'E',
      threat: 'an engine starts with development keys',
      control: 'In production no service starts without a named registry. Otherwise each start logs a warning.',
      code: ['packages/service-kit/src/named-files.ts', 'packages/access/src/watch-registries.ts'],
      tests: [['tests/configuration.test.ts', 'in production %s does not start with development keys, whether they exist or not']],
      notCovered: 'an engine without `HOLDFAST_ENV=production`',
    },
    {
      stride: 'E',
      threat: 'a folder of another program is closed or used by mistake',
      control: 'The start fails if an open folder has other files, and leaves them unchanged.',
      code: ['packages/runtime/src/files/private-files.ts'],
      tests: [
        [
          'packages/runtime/src/files/private-files.test.ts',
          'an empty open folder is made private; one with other files is unchanged, and the start fails with advice',
        ],
      ],
    },
  ],
}
