import { EMPTY_NAME, makeExtension, makeName, SubjectAltName } from '@chancery/x509'
import { dns, starter } from '../world.ts'

import type { LintCases } from './lint-case.ts'
import { CN, names } from './parts.ts'

export const subjectAltNameCases: Readonly<Record<string, LintCases>> = {
  namelessSubjectMakesSanCritical: {
    breaks: [
      { draft: () => ({ subject: EMPTY_NAME }) },
      { draft: () => ({ subject: EMPTY_NAME }), without: [SubjectAltName.id] },
    ],
    keeps: [{ request: { subject: [] } }],
  },
  namedSubjectLeavesSanUncritical: {
    breaks: [{ extensions: [makeExtension(SubjectAltName, [dns('a.example')], true)] }],
    keeps: [{ extensions: [makeExtension(SubjectAltName, [dns('a.example')])] }],
  },
  namesAreNotEmpty: {
    breaks: [{ extensions: names(dns('')) }, { extensions: names({ type: 'directoryName', value: EMPTY_NAME }) }],
    keeps: [{ extensions: names({ type: 'directoryName', value: makeName([[{ type: CN, value: 'x' }]]) }) }],
  },
  dnsNamesAreHostNames: {
    breaks: [
      'a_b.example.com',
      'example.com.',
      '-a.example',
      'a-.example',
      'a..example',
      '1.2.3.4',
      'a.123',
      'a b.example',
      'user@example.com',
      `${'a'.repeat(64)}.example`,
      `${'abcdefgh.'.repeat(29)}example`,
      'xn--a.example',
      'xn--.example',
    ].map((name) => ({ extensions: names(dns(name)) })),
    keeps: [
      'A.Example',
      'localhost',
      'a1.2b.example',
      `${'a'.repeat(63)}.example`,
      'xn--bcher-kva.example',
      '*.example.com',
    ].map((name) => ({
      extensions: names(dns(name)),
    })),
  },
  wildcardsAreLeftmostLabels: {
    breaks: ['w*.example.com', 'a.*.example.com', '*.*.example.com', '*'].map((name) => ({
      extensions: names(dns(name)),
    })),
    keeps: [{ extensions: names(dns('*.example.com')) }],
  },
  reservedLabelsAreALabels: {
    breaks: [{ extensions: names(dns('ab--cd.example')) }],
    keeps: [{ extensions: names(dns('xn--bcher-kva.example')) }, { extensions: names(dns('a--b.example')) }],
  },
  mailAddressesAreMailboxes: {
    breaks: [
      'Alice <alice@example.com>',
      'alice',
      'alice@',
      '@example.com',
      'a..b@example.com',
      '"a b"@example.com',
      'a@b_c.example',
      `${'a'.repeat(65)}@example.com`,
    ].map((value) => ({
      extensions: names({ type: 'email', value }),
    })),
    keeps: ["o'neil+tag@example.com", `${'a'.repeat(64)}@example.com`, 'a@localhost'].map((value) => ({
      extensions: names({ type: 'email', value }),
    })),
  },
  urisAreAbsolute: {
    breaks: ['/path', 'www.example.com', 'http:', 'http://a b/', 'http://a/%zz', '1http://a'].map((value) => ({
      extensions: names({ type: 'uri', value }),
    })),
    keeps: ['urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'https://a.example/%20?q#f'].map((value) => ({
      extensions: names({ type: 'uri', value }),
    })),
  },
  uriHostsAreNamesOrAddresses: {
    breaks: ['file:///etc/passwd', 'http://a_b.example/', 'http://1.2.3/', 'http://user@/'].map((value) => ({
      extensions: names({ type: 'uri', value }),
    })),
    keeps: ['spiffe://example.org/web', 'http://10.0.0.1:80/', 'http://[2001:db8::1]/', 'http://user@a.example/'].map(
      (value) => ({ extensions: names({ type: 'uri', value }) }),
    ),
  },
  userPrincipalNamesHaveDomains: {
    breaks: ['alice', 'alice@', 'a b@corp.example', 'a@b@corp.example'].map((value) => ({
      extensions: names({ type: 'upn', value }),
    })),
    keeps: ['alice@corp.example', 'ålice@bücher.example', 'alice@CORP'].map((value) => ({
      extensions: names({ type: 'upn', value }),
    })),
  },
  namesAreNotRepeated: {
    breaks: [
      { extensions: names(dns('a.example'), dns('A.example')) },
      { extensions: names({ type: 'ip', value: '::1' }, { type: 'ip', value: '::1' }) },
    ],
    keeps: [{ extensions: names(dns('a.example'), dns('b.example'), { type: 'uri', value: 'a.example:x' }) }],
  },
  serversHaveNames: {
    breaks: [{ without: [SubjectAltName.id] }, { extensions: names({ type: 'email', value: 'a@example.com' }) }],
    keeps: [{ extensions: names({ type: 'ip', value: '10.0.0.1' }) }],
  },
  mailCertificatesHaveAddresses: {
    breaks: [{ profile: starter('S/MIME') }],
    keeps: [{ profile: starter('S/MIME'), extensions: names({ type: 'email', value: 'a@example.com' }) }],
  },
}
