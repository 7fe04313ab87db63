-- Shows the lab's frames in Wireshark and tshark: status, length and text of each frame, and
-- whether TCP carried it in more than one segment. header.ts draws a frame.
--
--   tshark -X lua_script:lib/wire/wireshark.lua -r lab.pcap
--   wireshark -X lua_script:lib/wire/wireshark.lua lab.pcap
--
-- For another port than 3000 add: -d tcp.port==4000,lab

local HEADER_BYTES = 4
local MESSAGE, ERROR = 0, 1
local MAX_INFO_BYTES = 60

local lab = Proto("lab", "Networks lab")

-- The names after the dot are for display filters, such as: lab.status == 1
local status_field = ProtoField.uint8("lab.status", "Status", base.DEC, {
  [MESSAGE] = "message",
  [ERROR] = "error",
})
local length_field = ProtoField.uint24("lab.length", "Length", base.DEC)
local text_field = ProtoField.string("lab.text", "Text", base.UNICODE)
local split_field = ProtoField.bool("lab.split", "Split over TCP segments")
lab.fields = { status_field, length_field, text_field, split_field }

local not_lab = ProtoExpert.new(
  "lab.unknown",
  "Not a frame of the lab: unknown status",
  expert.group.MALFORMED,
  expert.severity.ERROR
)
lab.experts = { not_lab }

-- The beginning of a text for the Info column: no half UTF-8 character, no control character.
local function preview(payload)
  local length = math.min(payload:len(), MAX_INFO_BYTES)
  local function continues(byte) return byte >= 0x80 and byte < 0xc0 end
  if length < payload:len() then
    while length > 0 and continues(payload(length, 1):uint()) do length = length - 1 end
  end
  local text = payload(0, length):string(ENC_UTF_8):gsub("%c", "."):gsub("\xc2[\x80-\x9f]", ".")
  return length < payload:len() and text .. "…" or text
end

-- Adds a complete frame to the packet's details, and returns its line for the Info column.
local function show_frame(frame, tree, from_client, is_split)
  local status, length = frame(0, 1):uint(), frame(1, 3):uint()
  local kind = from_client and "request" or status == ERROR and "error" or "reply"
  local item = tree:add(lab, frame, ("Networks lab, %s, length %d"):format(kind, length))
  item:add(status_field, frame(0, 1))
  item:add(length_field, frame(1, 3))
  item:add(split_field, is_split):set_generated()
  local info = ("%s, length %d"):format(kind, length)
  if length > 0 then
    local payload = frame(HEADER_BYTES)
    item:add(text_field, payload, payload:string(ENC_UTF_8))
    info = info .. ": " .. preview(payload)
  elseif from_client then
    info = info .. " (ends the conversation)"
  end
  return is_split and info .. " (split over segments)" or info
end

-- How many bytes the frame at `offset` needs beyond those received; DESEGMENT_ONE_MORE_SEGMENT if
-- its header is not complete.
local function missing_bytes(tvb, offset)
  local received = tvb:len() - offset
  if received < HEADER_BYTES then return DESEGMENT_ONE_MORE_SEGMENT end
  return math.max(0, HEADER_BYTES + tvb(offset + 1, 3):uint() - received)
end

-- Wireshark calls this with the payload of a segment, or with a frame that it has joined from several
-- segments. A joined frame is in a buffer of its own: no packet headers lie before it.
function lab.dissector(tvb, pinfo, tree)
  local from_client = pinfo.dst_port == pinfo.match_uint
  local joined = tvb:offset() == 0
  local infos = {}
  -- A second call for one packet adds to the Info column of the first.
  if tostring(pinfo.cols.protocol) == "LAB" then infos[1] = "" end
  local offset = 0
  while offset < tvb:len() do
    if tvb(offset, 1):uint() > (from_client and MESSAGE or ERROR) then
      tree:add(lab, tvb(offset)):add_proto_expert_info(not_lab)
      table.insert(infos, "not a frame of the lab")
      break
    end
    local missing = missing_bytes(tvb, offset)
    if missing ~= 0 then
      -- Wireshark keeps the bytes from `offset` on, and calls again with `missing` bytes more.
      pinfo.desegment_offset = offset
      pinfo.desegment_len = missing
      break
    end
    local size = HEADER_BYTES + tvb(offset + 1, 3):uint()
    table.insert(infos, show_frame(tvb(offset, size), tree, from_client, joined and offset == 0))
    offset = offset + size
  end
  if #infos > 0 then
    pinfo.cols.protocol = "LAB"
    pinfo.cols.info = table.concat(infos, " | ")
  end
end

DissectorTable.get("tcp.port"):add(3000, lab)
