# Checks an export of the audit by what docs/audit.md says of it, and nothing of Chancery. Prints the number of records and the head.
import hashlib, json, struct, sys

RECORD = ('tenant', 'id', 'at', 'actor', 'account', 'token', 'action', 'objectType', 'objectId', 'details')
SEAL = ('number', 'tenant', 'first', 'last', 'firstAt', 'lastAt', 'sealedAt', 'link', 'previous', 'key')

def fields(label, row, names):
    octets = [None if row[name] is None else str(row[name]).encode() for name in names]
    return b''.join(b'\xff' * 4 if o is None else struct.pack('>I', len(o)) + o for o in [label.encode(), *octets])

sha256 = lambda octets: hashlib.sha256(octets).hexdigest()
links, digest, count = {}, '00' * 32, 0
for row in map(json.loads, sys.stdin):
    if row['type'] == 'record' and row['seal'] is not None:
        before = links.get(row['tenant'], '00' * 32)
        hash = sha256(fields('chancery audit record 1', row, RECORD))
        links[row['tenant']] = sha256(bytes.fromhex(before + hash))
        assert (hash, before, links[row['tenant']]) == (row['hash'], row['previous'], row['link']), row
        count += 1
    if row['type'] == 'seal':
        assert (row['previous'], row['link']) == (digest, links[row['tenant']]), row
        digest = sha256(fields('chancery audit seal 1', row, SEAL))
        assert digest == row['digest'], row
print(count, digest)
