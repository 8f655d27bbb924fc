# Reads what `git cat-file --batch` prints, with NUL turned into \001 and tab into a space. Prints a line for each record, its
# fields parted by tabs (docs/decisions/0001-record.md). Records come from anywhere: only their size tells where one ends.
left == 0 { if (NF != 3) exit; oid = $1; left = $3 + 1; lines = 0; next }
{ left -= length($0) + 1; line[++lines] = $0 }
left < 0 { exit }
left == 0 { read() }

function read(   at, end, start, key, value, seen, f, path, paths) {
  split("", f)
  if (line[1] !~ /^object [0-9a-f]+$/ || line[2] !~ /^type [a-z]+$/ || line[3] !~ /^tag ./) return
  for (at = 4; at <= lines && line[at] != ""; at++);
  start = at
  for (end = start; end < lines && line[end + 1] !~ /^-----BEGIN /; end++);
  while (end > start && line[end] == "") end--
  for (at = end; at > start && line[at] != ""; at--);
  for (at++; at <= end; at++) {
    if (line[at] !~ /^[A-Za-z-]+:/) return
    key = substr(line[at], 1, index(line[at], ":") - 1)
    value = substr(line[at], length(key) + 2)
    gsub(/^ +| +$/, "", value)
    if (key == "Path") { paths = paths " " value; path = value; continue }
    # What is there twice, one reader would read in one way, another in another.
    if (tolower(key) in seen && index(SINGLE, " " tolower(key) " ")) return
    seen[tolower(key)] = 1
    f[key] = value
  }
  # A clone's sign of life is no record, but comes in the same way.
  if (f["Claim-Beat"] ~ /^[0-9]+$/) { print "beat", oid, f["Clone"], f["Claim-Beat"]; return }
  if (f["Git-Claim"] != "1" || f["Nonce"] !~ /^[0-9a-f]+$/ || length(f["Nonce"]) != 32) return
  if (f["Session-Key"] !~ /^[!-~]+$/ || f["Session"] !~ /^[!-~]+$/ || f["Lease"] == "") return
  if (f["Claimed-At"] !~ /^[0-9TZ:.+-]+$/) return
  if ("State" in f && (f["Generation"] !~ /^[1-9][0-9]*$/ || length(f["Generation"]) > 15)) return
  print "record", oid, substr(line[1], 8), substr(line[2], 6), f["Order"], f["Action"], f["State"], f["Generation"], \
    f["Nonce"], f["Session-Key"], f["Session"], f["Anchor"] == "" ? "" : f["Anchor"] " " f["Boot"] " " f["Host"], \
    f["Branch"], f["Challenge"], f["Claimed-At"], path, paths " "
}

BEGIN {
  OFS = "\t"
  # The trailers that are there once.
  SINGLE = " git-claim order action state generation nonce session session-key agent host boot anchor worktree branch base tip" \
    " challenge taken-from lease claimed-at recorded-at linear "
}
