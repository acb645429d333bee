import { EXTENDED_KEY_USAGES, ExtendedKeyUsage, makeExtension, OcspNoCheck } from '@chancery/x509'
import { intermediateProfile } from '../../src/index.ts'

import type { LintCases } from './lint-case.ts'
import { purposes, sub } from './parts.ts'

const { serverAuth, clientAuth, timeStamping, OCSPSigning, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES

export const extendedKeyUsageCases: Readonly<Record<string, LintCases>> = {
  purposesAreNotRepeated: {
    breaks: [{ extensions: purposes(serverAuth, clientAuth, serverAuth) }],
    keeps: [{ extensions: purposes(serverAuth, clientAuth) }],
  },
  anyPurposeIsNotCritical: {
    breaks: [{ extensions: [makeExtension(ExtendedKeyUsage, [serverAuth, anyExtendedKeyUsage], true)] }],
    keeps: [
      { extensions: [makeExtension(ExtendedKeyUsage, [serverAuth], true)] },
      { extensions: purposes(serverAuth, anyExtendedKeyUsage) },
    ],
  },
  timeStampersDoNothingElse: {
    breaks: [
      { extensions: purposes(timeStamping) },
      { extensions: [makeExtension(ExtendedKeyUsage, [timeStamping, clientAuth], true)] },
    ],
    keeps: [{ extensions: [makeExtension(ExtendedKeyUsage, [timeStamping], true)] }],
  },
  ocspRespondersAreNoCas: {
    breaks: [
      { profile: intermediateProfile({ extendedKeyUsage: [OCSPSigning] }) },
      { extensions: purposes(OCSPSigning, serverAuth) },
    ],
    keeps: [{ extensions: purposes(OCSPSigning) }],
  },
  ocspRespondersAreNotChecked: {
    breaks: [{ extensions: purposes(OCSPSigning) }],
    keeps: [{ extensions: [...purposes(OCSPSigning), makeExtension(OcspNoCheck, null)] }],
  },
  noCheckIsForOcspResponders: {
    breaks: [{ extensions: [makeExtension(OcspNoCheck, null)] }],
    keeps: [{ extensions: [...purposes(OCSPSigning), makeExtension(OcspNoCheck, null)] }],
  },
  purposesAreWithinIssuers: {
    breaks: [{ ca: sub({ extendedKeyUsage: [clientAuth] }) }],
    keeps: [
      { ca: sub({ extendedKeyUsage: [clientAuth, serverAuth] }) },
      { ca: sub({ extendedKeyUsage: [anyExtendedKeyUsage] }) },
    ],
  },
}
