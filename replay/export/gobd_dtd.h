#pragma once
// The grammar of index.xml, as the public description standard for handing data over (GDPdU/GoBD, Z3) has it:
// the part that describes files with delimiters, with the element names and the order the standard asks for.

#include <string_view>

namespace kontor::exports {

constexpr std::string_view kGobdDtdText =
    R"dtd(<!-- Grammar of index.xml for handing over data to a tax audit (Z3), reduced to
     what describes delimited files. Order and names are those of the public
     description standard of 1 September 2004. -->

<!-- What is handed over, by whom, on which media -->
<!ELEMENT DataSet (Version, DataSupplier?, Media+)>
<!ELEMENT Version (#PCDATA)>
<!ELEMENT DataSupplier (Name, Location, Comment)>
<!ELEMENT Location (#PCDATA)>
<!ELEMENT Comment (#PCDATA)>
<!ELEMENT Media (Name, Table+)>

<!-- A file, how it is encoded, and what stands in it -->
<!ELEMENT Table (URL, Name?, Description?, Validity?,
                 (ANSI | Macintosh | OEM | UTF16 | UTF7 | UTF8)?,
                 (DecimalSymbol, DigitGroupingSymbol)?,
                 SkipNumBytes?, Range?, Epoch?, VariableLength)>
<!ELEMENT URL (#PCDATA)>
<!ELEMENT Name (#PCDATA)>
<!ELEMENT Description (#PCDATA)>
<!ELEMENT Validity (Range, Format?)>
<!ELEMENT Range (From, (To | Length)?)>
<!ELEMENT From (#PCDATA)>
<!ELEMENT To (#PCDATA)>
<!ELEMENT Length (#PCDATA)>
<!ELEMENT Format (#PCDATA)>
<!ELEMENT ANSI EMPTY>
<!ELEMENT Macintosh EMPTY>
<!ELEMENT OEM EMPTY>
<!ELEMENT UTF16 EMPTY>
<!ELEMENT UTF7 EMPTY>
<!ELEMENT UTF8 EMPTY>
<!ELEMENT DecimalSymbol (#PCDATA)>
<!ELEMENT DigitGroupingSymbol (#PCDATA)>
<!ELEMENT SkipNumBytes (#PCDATA)>
<!ELEMENT Epoch (#PCDATA)>

<!-- Columns, in the order of the file: those of the key first -->
<!ELEMENT VariableLength (ColumnDelimiter?, RecordDelimiter?, TextEncapsulator?,
                          ((VariablePrimaryKey+, VariableColumn*) | VariableColumn+),
                          ForeignKey*)>
<!ELEMENT ColumnDelimiter (#PCDATA)>
<!ELEMENT RecordDelimiter (#PCDATA)>
<!ELEMENT TextEncapsulator (#PCDATA)>
<!ELEMENT VariablePrimaryKey (Name, Description?,
                              (Numeric | (AlphaNumeric, MaxLength?) | Date), Map*)>
<!ELEMENT VariableColumn (Name, Description?,
                          (Numeric | (AlphaNumeric, MaxLength?) | Date), Map*)>
<!ELEMENT ForeignKey (Name+, References)>
<!ELEMENT References (#PCDATA)>
<!ELEMENT Numeric (ImpliedAccuracy | Accuracy)?>
<!ELEMENT ImpliedAccuracy (#PCDATA)>
<!ELEMENT Accuracy (#PCDATA)>
<!ELEMENT AlphaNumeric EMPTY>
<!ELEMENT MaxLength (#PCDATA)>
<!ELEMENT Date (Format?)>
<!ELEMENT Map (Description?, From, To)>
)dtd";

}  // namespace kontor::exports
