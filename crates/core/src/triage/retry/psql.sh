wait=5
for try in 1 2 3 4 5 6 7; do
  psql -c 'select 1' && exit 0
  [ "$try" -lt 7 ] || exit 1
  sleep "$wait"
  wait=$((wait * 2)); [ "$wait" -le 60 ] || wait=60
done
