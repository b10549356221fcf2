import type { Boundary } from '../threat.ts'

export const bankFiles: Boundary = {
  title: 'Bank → answers, by file',
  intro: 'Tests in which a bank is another user of the machine run only as root.',
  threats: [
    {
      stride: 'S',
      threat: 'a bank answers as another bank, or as an invented person',
      control:
        'The write permission of a folder identifies the sender. The engine owns each folder ([ADR 15](../adr/0015-let-the-engine-own-the-exchange-folders-of-banks.md)).',
      code: ['services/dispatch/src/answers/bank-folder.ts'],
      tests: [
        [
          'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
          'cannot answer as another bank by a link to that bank’s folder',
          'counts as a person only in a folder that the operator created for that person',
        ],
      ],
      notCovered: "the machine decides who is in a folder's group",
    },
    {
      stride: 'T',
      threat: 'a file is replaced during reading, or a link makes the engine overwrite another',
      control: 'The engine follows no link, and writes only where the bank cannot create one.',
      code: ['services/dispatch/src/answers/dropped-file.ts', 'services/dispatch/src/folders/check-path.ts'],
      tests: [
        [
          'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
          'that replaces its file by a link during a pass never has the link followed',
          'cannot overwrite a file of the engine by a link next to a refused file',
          'cannot create a link where the engine will write',
        ],
      ],
    },
    {
      stride: 'R',
      threat: 'a bank denies its file',
      control: 'A copy stays in `done` or `refused` under a name with its digest. Only the engine writes there.',
      code: ['services/dispatch/src/answers/answer-folders.ts'],
      tests: [
        [
          'services/dispatch/src/answers/answer-folders.test.ts',
          'answers in a folder count as its institution’s, in JSON or as a bank’s message, and are moved to done',
        ],
        ['services/dispatch/src/answers/a-bank-in-its-folder.test.ts', 'cannot write an outcome'],
      ],
      notCovered: 'files have no signature of the bank',
    },
    {
      stride: 'I',
      threat: 'a bank makes the engine copy a secret into its folder',
      control: 'The engine follows no link, and reads no file that has a second name or is its own.',
      code: ['services/dispatch/src/answers/dropped-file.ts'],
      tests: [
        [
          'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
          'cannot read a file of the engine by a link to its data',
          'cannot copy a secret of the engine by a hard link whose first name was deleted',
          'cannot list another bank’s folder',
        ],
      ],
    },
    {
      stride: 'D',
      threat: 'a bank fills its folder, or puts pipes and endless files there',
      control: 'Each pass reads a limited number of names, at most 256 KiB a file, and never waits.',
      code: ['services/dispatch/src/answers/bank-folder.ts'],
      tests: [
        [
          'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
          'that fills its folder delays another bank’s answer by one pass at most',
          'has an empty file of a terabyte refused after reading its beginning only',
          'gains nothing from a pipe, which delays no other file',
        ],
      ],
      notCovered: "disk space: a quota is the machine's",
    },
    {
      stride: 'E',
      threat: 'a bank redirects a folder to send or read elsewhere',
      control: 'The engine uses a folder only while root and its own user alone control its path.',
      code: ['services/dispatch/src/folders/check-path.ts'],
      tests: [
        [
          'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
          'cannot replace its inbox by a link to the engine’s data',
          'no order is written if the path to its folder contains a link of the bank',
        ],
      ],
      notCovered: 'NFSv4 access lists, which the engine cannot see',
    },
  ],
}
