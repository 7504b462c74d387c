-- The health of every kind of provost.dev, by the conditions that all of them have (they follow kstatus).
local hs = { status = "Progressing", message = "Waiting for the manager of Provost" }
if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "Being deleted"
  return hs
end
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
if obj.status.observedGeneration ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end
local found = {}
for _, condition in ipairs(obj.status.conditions) do
  found[condition.type] = condition
end
-- Only an edit can help: a cycle, a conflict, an impossible reference, a commit that is refused.
if found.Stalled ~= nil and found.Stalled.status == "True" then
  hs.status = "Degraded"
  hs.message = found.Stalled.message
  return hs
end
if found.Reconciling ~= nil and found.Reconciling.status == "True" then
  hs.message = found.Reconciling.message
  return hs
end
if found.Ready == nil then
  return hs
end
hs.message = found.Ready.message
if found.Ready.status == "True" then
  hs.status = "Healthy"
  if obj.kind == "GitSync" and obj.spec ~= nil and obj.spec.suspend == true then
    hs.status = "Suspended"
  end
end
-- Ready=False without Stalled: something is missing and may appear at any moment, so it goes on.
return hs
