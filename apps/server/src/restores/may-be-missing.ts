/** What may be missing after a restore, and what to do about it: nobody can know what happened after the backup was made. */
export const MAY_BE_MISSING = [
  {
    what: 'certificates',
    meaning:
      'Certificates issued since are valid for whoever holds them and are not in the register: OCSP answers "unknown" for them, and they cannot be revoked one by one. Issue them anew; their serial numbers are random and collide with none.',
  },
  {
    what: 'revocations',
    meaning:
      'Certificates revoked since are good again, in OCSP and in the next CRL. Revoke them again before the server is reached by others; the newest CRL that somebody kept names them.',
  },
  {
    what: 'authorities',
    meaning:
      'Certificate authorities and generations made since are gone with their keys, and what they signed has no status. CAs that were archived or deleted since are as before.',
  },
  {
    what: 'requests',
    meaning: 'Requests made or decided since are lost or wait again; links that were used since can be used again.',
  },
  {
    what: 'access',
    meaning:
      'Tokens revoked, members removed, roles taken and passwords changed since are as they were before: go through members and tokens first.',
  },
  {
    what: 'records',
    meaning: 'Audit records written since are gone. A sealed head that somebody kept from that time is not found here.',
  },
] as const
