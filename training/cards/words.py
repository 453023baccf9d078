"""The ways in which cards name their fields."""

from __future__ import annotations

FLIGHT = ("Flight", "Flight no.", "Flight number", "Flt")
GATE = ("Gate", "Gate", "Dep. gate")
SEAT = ("Seat", "Seat", "Your seat", "Seat no.")
BOARDS = ("Boarding", "Boarding time", "Boards", "Board at")
DEPARTS = ("Departs", "Departure", "Dep. time", "Takeoff")
DATE = ("Date", "Day", "Travel date")
NAME = ("Passenger", "Name", "Traveller", "Passenger name")
FROM = ("From", "Origin", "Departing")
TO = ("To", "Destination", "Arriving")
CLASS = ("Class", "Cabin", "Travel class")
GROUP = ("Group", "Zone", "Boarding group")
SEQUENCE = ("Seq", "Sequence", "Seq. no.")
TERMINAL = ("Terminal", "Term.")
PASS = ("Boarding pass", "Boarding pass", "Boarding card", "Mobile boarding pass")
TRACKING = ("Tracking number", "Tracking no.", "Tracking", "Parcel number", "Shipment", "Item no.")
SENDER = ("From", "Sender", "Shipper", "Sent by")
RECEIVER = ("To", "Deliver to", "Ship to", "Recipient")
CARRIER = ("Carrier", "Shipped by", "Courier")
WEIGHT = ("Weight", "Gross weight")
