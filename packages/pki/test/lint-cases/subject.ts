import { EMPTY_NAME, makeName } from '@chancery/x509'
import { cn } from '../world.ts'

import type { LintCases } from './lint-case.ts'
import { C, CN, caProfile, directory, EMAIL, names, O, subject } from './parts.ts'

export const subjectCases: Readonly<Record<string, LintCases>> = {
  issuerIsTheIssuersSubject: {
    breaks: [{ draft: () => ({ issuer: makeName([[{ type: CN, value: 'test root' }]]) }) }],
    keeps: [{}],
  },
  issuerIsNotEmpty: { breaks: [{ draft: () => ({ issuer: EMPTY_NAME }) }], keeps: [{}] },
  caHasSubject: {
    breaks: [{ profile: caProfile, draft: () => ({ subject: EMPTY_NAME }) }],
    keeps: [{ draft: () => ({ subject: EMPTY_NAME }) }],
  },
  subjectIsNotTheIssuer: {
    breaks: [{ request: { subject: [cn('TEST  root')] } }],
    keeps: [{ profile: caProfile, request: { subject: [cn('Test Root')] } }, { root: true }],
  },
  attributesHaveValues: {
    breaks: [{ draft: subject([CN, '  ']) }],
    keeps: [{ draft: subject([CN, 'x']) }],
  },
  attributesAreWithinBounds: {
    breaks: [{ draft: subject([CN, 'a'.repeat(65)]) }, { draft: subject([O, '😀'.repeat(65)]) }],
    keeps: [{ draft: subject([CN, 'a'.repeat(64)]) }, { draft: subject([O, '😀'.repeat(64)]) }],
  },
  countriesHaveTwoLetters: {
    breaks: [{ draft: subject([C, 'SWE'], [CN, 'x']) }, { draft: subject([C, 'se'], [CN, 'x']) }],
    keeps: [{ draft: subject([C, 'SE'], [CN, 'x']) }],
  },
  attributesHaveNoControlCharacters: {
    breaks: [
      { draft: subject([CN, 'www.example.com\0.evil.example']) },
      { draft: subject([O, '\u202emoc.knab']) },
      { draft: subject([O, 'a\u2028b']) },
    ],
    keeps: [{ draft: subject([CN, 'é ñ 中']) }, { draft: subject([O, 'می\u200cخواهم']) }],
  },
  attributesAreTrimmed: {
    breaks: [{ draft: subject([CN, 'x ']) }],
    keeps: [{ draft: subject([CN, 'x y']) }],
  },
  attributesAreNotRepeated: {
    breaks: [
      { draft: subject([CN, 'x'], [CN, 'X']) },
      { draft: subject([C, 'SE'], [C, 'NO']) },
      { draft: subject([CN, 'x']), extensions: names(directory([C, 'SE'], [C, 'NO'])) },
    ],
    keeps: [
      { draft: subject([C, 'SE'], [O, 'Example']), extensions: names(directory([C, 'SE'], [O, 'Example'])) },
      { draft: subject([CN, 'x'], [CN, 'y']) },
      { draft: subject(['0.9.2342.19200300.100.1.25', 'example'], ['0.9.2342.19200300.100.1.25', 'example']) },
    ],
  },
  mailAddressIsInSan: {
    breaks: [{ draft: subject([EMAIL, 'a@example.com']) }],
    keeps: [
      { draft: subject([EMAIL, 'A@example.com']), extensions: names({ type: 'email', value: 'a@example.com' }) },
      { draft: subject([CN, 'x']), extensions: names(directory([EMAIL, 'a@example.com'])) },
    ],
  },
  commonNameIsInSan: {
    breaks: [{ draft: subject([CN, 'other.example.com']) }, { draft: subject([CN, '10.0.0.1']) }],
    keeps: [
      { draft: subject([CN, 'WWW.example.com']) },
      { draft: subject([CN, 'A web server']) },
      { draft: subject([CN, 'A web server']), extensions: names(directory([CN, 'other.example.com'])) },
    ],
  },
}
