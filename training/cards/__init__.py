"""Boarding passes, parcel labels and weather cards: pictures, questions, calls and answers."""
