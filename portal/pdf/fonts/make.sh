#!/usr/bin/env bash
# How the fonts in this folder were made: Noto Sans CJK JP of Debian's fonts-noto-cjk, reduced to what
# Japanese business writes (CP932, with 髙 﨑 ① ㈱, and 𠮷) and to the Latin, Greek and Cyrillic letters;
# DejaVu Sans of fonts-dejavu-core for the letters that Noto Sans CJK lacks, such as Ł, Hebrew and Arabic.
# Needs fonttools: `pip install fonttools`.
set -euo pipefail
cd "$(dirname "$0")"
FONTS=${1:-/usr/share/fonts}
letters=$(mktemp); trap 'rm -f "$letters"' EXIT
python3 - > "$letters" <<'PYTHON'
pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFD) for trail in range(0x40, 0xFD))
cp932 = "".join(pair.decode("cp932", errors="ignore") for pair in pairs)
halfwidth = "".join(bytes([byte]).decode("cp932", errors="ignore") for byte in range(0xA1, 0xE0))
ranges = [(0x20, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF)]
others = "".join(chr(code) for first, last in ranges for code in range(first, last + 1))
print("".join(sorted(set(cp932 + halfwidth + others + "𠮷〜−—‖"))), end="")
PYTHON
for weight in Regular Bold; do
  pyftsubset "$FONTS/opentype/noto/NotoSansCJK-$weight.ttc" --font-number=0 --text-file="$letters" \
    --layout-features=kern,mark,mkmk,ccmp --no-hinting --desubroutinize --output-file="NotoSansCJKjp-$weight.otf"
done
for weight in "" -Bold; do
  pyftsubset "$FONTS/truetype/dejavu/DejaVuSans$weight.ttf" --layout-features='*' --no-hinting \
    --unicodes=100-24F,370-3FF,400-52F,591-5F4,606-6FF,1E00-1EFF,FB1D-FB4F,FB50-FDFF,FE70-FEFF --output-file="DejaVuSans$weight.ttf"
done
